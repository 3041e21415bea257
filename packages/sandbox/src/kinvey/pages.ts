import { html } from 'hono/html'
import type { VendorResponse } from '../world.js'

type Html = ReturnType<typeof html>

/** A hosted page as a reply. It shows links that work once: no cache may keep it. */
export async function page(content: Html): Promise<VendorResponse> {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }
  return { status: 200, headers, body: String(await content) }
}

export const messagePage = (title: string, message: string): Html => html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>${title}</title></head>
  <body><main><h1>${title}</h1><p>${message}</p></main></body>
</html>`

interface ResetForm {
  readonly appName: string
  readonly username: string
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
  readonly passwordField: string
}

export const resetFormPage = ({ appName, username, action, hidden, passwordField }: ResetForm): Html => html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>${appName}: new password</title></head>
  <body>
    <main>
      <h1>${appName}</h1>
      <form method="post" action="${action}">
        ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <label>New password for ${username} <input type="password" name="${passwordField}" autocomplete="new-password" required /></label>
        <button type="submit">Change password</button>
      </form>
    </main>
  </body>
</html>`

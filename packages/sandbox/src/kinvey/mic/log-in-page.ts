import { html } from 'hono/html'

interface LogInPage {
  readonly appName: string
  /** Relative, so that the page works below any path. */
  readonly action: string
  readonly message?: string
}

export const logInPage = ({ appName, action, message }: LogInPage): ReturnType<typeof html> => html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>${appName}: log in</title></head>
  <body>
    <main>
      <h1>${appName}</h1>
      ${message === undefined ? '' : html`<p role="alert">${message}</p>`}
      <form method="post" action="${action}">
        <label>Username <input name="username" autocomplete="username" required /></label>
        <label>Password <input type="password" name="password" autocomplete="current-password" required /></label>
        <button type="submit">Log in</button>
        <button type="submit" name="cancel" value="yes" formnovalidate>Cancel</button>
      </form>
    </main>
  </body>
</html>`

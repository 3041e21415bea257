/** Fills in the log-in page as a person would; gives the address that it sends back to. */
export const filledIn = async (url: string, fields: Readonly<Record<string, string>>): Promise<string> => {
  const page = await (await fetch(url)).text()
  const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(page) ?? []
  const answer = await fetch(new URL(action, url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

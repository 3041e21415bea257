import { describe, expect, it } from 'vitest'
import { seal, unseal } from '../src/sealed.js'

const text = JSON.stringify({ secrets: { token: 'a-token' } })

describe('a sealed text', () => {
  it('is opened by its passphrase alone', async () => {
    const sealed = await seal(text, 'correct horse')
    expect(await unseal(sealed, 'correct horse')).toBe(text)
    expect(await unseal(sealed, 'battery staple')).toBeUndefined()
  })

  it('shows nothing of what is in it, and differs each time', async () => {
    const [one, two] = await Promise.all([seal(text, 'correct horse'), seal(text, 'correct horse')])
    expect(one).not.toContain('a-token')
    expect(one).not.toBe(two)
  })

  it.each([
    ['changed', (sealed: string) => `${sealed.slice(0, -4)}AAAA`],
    ['cut short', (sealed: string) => sealed.slice(0, 40)],
    ['not one at all', () => 'hello'],
    ['of no known version', (sealed: string) => sealed.replace('sealed.1.', 'sealed.9.')],
    ['not base64', (sealed: string) => `${sealed}!`],
  ])('that is %s is not opened', async (_, spoil) => {
    expect(await unseal(spoil(await seal(text, 'correct horse')), 'correct horse')).toBeUndefined()
  })
})

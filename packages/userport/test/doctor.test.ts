import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Ended, jsonLines, userport } from './support/command-line.js'
import { type Place, places } from './support/migrating.js'

const place = places()

const doctor = ({ folder }: Place, ...flags: readonly string[]): Promise<Ended> =>
  userport(['doctor', '--from', 'old.json', '--to', 'new.json', ...flags], {}, folder)

const sourceOf = async (here: Place, text: string): Promise<readonly string[]> => {
  await mkdir(join(here.folder, 'src'), { recursive: true })
  await here.write('src/app.js', text)
  return ['--src', 'src']
}

interface Told {
  readonly verdict: string
  readonly sampled: number | null
  readonly lost: readonly { readonly capability: string; readonly required: boolean }[]
  readonly source: null | { readonly calls: readonly Readonly<Record<string, unknown>>[] }
}

const told = ({ stdout }: Ended): Told => jsonLines(stdout)[0] as unknown as Told

describe('userport doctor', () => {
  it('says what works, changes and is lost, from both vendors and from some of the users', async () => {
    const here = await place()
    here.kii.seed(5)
    const ended = await doctor(here)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain('From kii to kinvey')
    expect(ended.stdout).toMatch(/\nLost\n.*signIn\.phone.*\nChanges\n.*\nWorks as before\n/s)
    expect(ended.stdout).toMatch(/password-not-moved +5 of the users/)
    expect(ended.stdout).toMatch(/vendor-data +Fields of the vendor’s own stay behind/)
    expect(ended.stdout).toContain('5 users of kii were looked at.')
    expect(ended.stdout).toContain('Ready, with changes.')
    for (const { username } of here.kii.users()) expect(ended.stdout).not.toContain(username)
  }, 20_000)

  it('says that it looked at nobody where it has no keys', async () => {
    const here = await place()
    const [{ admin: _, ...old }, { admin: __, ...next }] = [here.from, here.to]
    await here.write('old.json', old)
    await here.write('new.json', next)
    const ended = await doctor(here)
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain('No users were looked at: that takes the admin keys of both sides.')
    expect(told(await doctor(here, '--json')).sampled).toBeNull()
    expect(here.kii.requests.all()).toEqual([])
  }, 20_000)

  it('ends with 2 where something is lost that the app requires', async () => {
    const here = await place()
    await here.write('old.json', { ...here.from, requires: ['findUser.phone'] })
    const ended = await doctor(here, '--json')
    expect(ended.code).toBe(2)
    expect(told(ended)).toMatchObject({ verdict: 'blocked' })
    expect(told(ended).lost.find(({ capability }) => capability === 'findUser.phone')?.required).toBe(true)
  }, 20_000)

  it('finds calls in the source, each with its counterpart and what changes', async () => {
    const here = await place()
    const ended = await doctor(here, ...(await sourceOf(here, 'const ann = KiiUser.getCurrentUser()\nann.setLocale("ja")\n')), '--json')
    expect(ended.code).toBe(0)
    expect(told(ended).source).toEqual({
      files: 1,
      calls: [
        expect.objectContaining({
          file: 'app.js',
          line: 1,
          call: 'KiiUser.getCurrentUser',
          operation: 'activeUser',
          outcome: 'works',
          certain: true,
        }),
        expect.objectContaining({
          file: 'app.js',
          line: 2,
          call: 'KiiUser#setLocale',
          operation: 'updateProfile',
          outcome: 'changes',
          note: expect.any(String),
        }),
      ],
    })
  }, 20_000)

  it.each([
    ['that the new vendor cannot do', 'KiiUser.resetPasswordWithNotificationMethod(id, "SMS_PIN")', 'passwordReset'],
    ['that only the old vendor has', 'KiiUser.getCurrentUser().memberOfGroups()', 'only kii has extension.memberOfGroups'],
  ])(
    'ends with 2 where the source calls something %s',
    async (_, text, says) => {
      const here = await place()
      const flags = await sourceOf(here, text)
      const ended = await doctor(here, ...flags)
      expect(ended.code).toBe(2)
      expect(ended.stdout).toMatch(/\n {2}lost {5}KiiUser/)
      expect(ended.stdout.toLowerCase()).toContain(says.toLowerCase())
      expect(ended.stdout).toContain('app.js:1:1')
      expect(ended.stdout).toContain('Blocked: something that the app needs is lost.')
    },
    20_000,
  )

  it('is not blocked by what only may be a call, nor by a call that needs no counterpart', async () => {
    const here = await place()
    const text = 'Kii.initialize(id, key)\nsomething.memberOfGroups()\nKiiUser.userWithID(id)'
    const ended = await doctor(here, ...(await sourceOf(here, text)))
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain('app.js:2:1 (perhaps)')
    expect(ended.stdout).toContain('none     KiiUser.userWithID: ')
  }, 20_000)

  it('ends with 1 where a folder or a configuration is not there, or a vendor does not answer', async () => {
    const here = await place()
    expect(await doctor(here, '--src', 'nowhere')).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere is not a folder.') })
    expect(await userport(['doctor', '--from', 'none.json', '--to', 'new.json'], {}, here.folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none.json: was not found.'),
    })
    expect(await doctor(here, '--client-secret=planted')).toMatchObject({ code: 1, stderr: expect.not.stringContaining('planted') })
    here.kii.faults.add({ kind: { type: 'status', status: 500 } })
    expect(await doctor(here)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^kii: /) })
  }, 30_000)
})

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type CallInSource, type Scan, scanFolder } from '../src/cli/doctor/scan.js'

const folders: string[] = []
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
})

const scanned = async (files: Readonly<Record<string, string>>): Promise<Scan> => {
  const folder = await mkdtemp(join(tmpdir(), 'userport-scan-'))
  folders.push(folder)
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return scanFolder(folder)
}

const told = ({ file, line, call, certain }: CallInSource): string => `${file}:${line} ${call.call}${certain ? '' : '?'}`

const calls = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => (await scanned(files)).calls.map(told)

describe('finds calls', () => {
  it('of a class, in scripts of every kind and in pages', async () => {
    const login = "Kinvey.User.login('ann', password)"
    const files = {
      'a.js': `\n${login}`,
      'b.ts': `const user: object = await ${login}`,
      'c.tsx': `export const Door = () => <button onClick={() => ${login}}>in</button>`,
      'd.jsx': `export const Door = () => <button onClick={() => ${login}}>in</button>`,
      'e.mjs': login,
      'deep/f.html': `<html>\n<script>\n  ${login}\n</script>\n<script src="x.js"></script></html>`,
      'g.vue': `<template><p/></template>\n<script lang="ts">\nconst name: string = 'x'\n${login}\n</script>`,
    }
    expect(await calls(files)).toEqual(
      ['a.js:2', 'b.ts:1', 'c.tsx:1', 'd.jsx:1', 'deep/f.html:3', 'e.mjs:1', 'g.vue:4'].map((place) => `${place} Kinvey.User.login`),
    )
  })

  it('at their place in the page, also where a script begins in the midst of a line', async () => {
    const page = '<html>\n<body><p>こんにちは</p><script>KiiUser.logOut()\n  KiiUser.logOut()</script></body></html>'
    const found = await scanned({ 'a.html': page })
    const lines = page.split('\n')
    expect(found.calls.map(({ line, column }) => [line, column])).toEqual(
      [2, 3].map((line) => [line, 1 + (lines[line - 1] ?? '').indexOf('KiiUser')]),
    )
  })

  it('under another name of the class', async () => {
    expect(await calls({ 'a.js': 'const users = monaca.cloud.User\nusers.login(name, password)' })).toEqual([
      'a.js:2 monaca.cloud.User.login',
    ])
    expect(await calls({ 'a.ts': "import { User } from 'kinvey-js-sdk'\nUser.logout()" })).toEqual(['a.ts:2 Kinvey.User.logout'])
  })

  it.each([
    ['what a call gives', 'const ann = KiiUser.getCurrentUser()\nann.save()'],
    ['what is waited for', 'const ann = await KiiUser.authenticate(a, b)\nann.save()'],
    ['a call itself', '\nKiiUser.getCurrentUser().save()'],
    ['a call that is waited for', '\n(await KiiUser.authenticate(a, b)).save()'],
    ['the parameter of then', 'KiiUser.authenticate(a, b).then(function (ann) {\nann.save() })'],
    ['the parameter of an arrow', 'KiiUser.authenticate(a, b).then((ann) => {\nann.save() })'],
    ['a promise with a name', 'let p = KiiUser.authenticate(a, b); p.then(async ann =>\nann.save())'],
    ['the success callback', 'KiiUser.authenticate(a, b, { success: function (ann) {\nann.save() } })'],
    ['the success method', 'KiiUser.authenticate(a, b, { success(ann) {\nann.save() } })'],
    ['a property', 'this.ann = KiiUser.getCurrentUser()\nthis.ann?.save()'],
    ['a user of a user', 'const ann = KiiUser.getCurrentUser(); const bob = await ann.refresh();\nbob.save()'],
  ])('of a user who is %s', async (_, text) => {
    expect(await calls({ 'a.js': text })).toContain('a.js:2 KiiUser#save')
  })

  it('of a user by its type', async () => {
    expect(await calls({ 'a.ts': 'const show = (ann: KiiUser) =>\nann.get("score")' })).toEqual(['a.ts:2 KiiUser#get'])
  })

  it('that make an implicit user, apart from those that sign up', async () => {
    const text = 'Kinvey.User.signup()\nKinvey.User.signup({ username })'
    const found = await scanned({ 'a.js': text })
    expect(found.calls.map(({ call, line }) => [line, call.operation])).toEqual([
      [1, 'signInAnonymously'],
      [2, 'signUp'],
    ])
  })
})

describe('where a file does not show what an object is', () => {
  it('a name that only the SDK has is told, as uncertain, if the app uses the SDK at all', async () => {
    const files = { 'a.js': 'ann.putIdentity(identity, password)' }
    expect(await calls(files)).toEqual([])
    expect(await calls({ ...files, 'b.js': 'Kii.initialize(id, key)' })).toEqual(['a.js:1 KiiUser#putIdentity?', 'b.js:1 Kii.initialize'])
  })

  it('by what stands before it, whatever characters the file has', async () => {
    expect(await calls({ 'a.js': "import Kinvey from 'kinvey-html5-sdk'\nsay('😀 日本 é'); user.update(); thing.update()" })).toEqual([
      'a.js:2 Kinvey.User#update?',
    ])
  })

  it('a common name is told of what is called a user, and of nothing else', async () => {
    const text = 'Kii.initialize(id, key)\ncurrentUser.save()\ncache.save()\nmap.get(key)\nUser.save()'
    expect(await calls({ 'a.js': text })).toEqual(['a.js:1 Kii.initialize', 'a.js:2 KiiUser#save?'])
  })
})

describe('passes over', () => {
  it('what is not the app', async () => {
    const text = 'KiiUser.logOut()'
    const files = {
      'node_modules/x/a.js': text,
      'dist/a.js': text,
      '.cache/a.js': text,
      'lib/KiiSDK.js': text,
      'app.min.js': text,
      'notes.txt': text,
    }
    expect(await scanned(files)).toEqual({ files: 0, calls: [] })
  })

  it('comments and texts', async () => {
    expect(await calls({ 'a.js': "// KiiUser.logOut()\nconst help = 'KiiUser.logOut()'" })).toEqual([])
  })

  it('what cannot be parsed, and goes on behind it', async () => {
    expect(await calls({ 'a.js': 'const = = ;\nKiiUser.logOut()\n', 'b.js': 'KiiUser.logOut()' })).toEqual([
      'a.js:2 KiiUser.logOut',
      'b.js:1 KiiUser.logOut',
    ])
  })
})

describe('a file that a tool has made does not hold it up', () => {
  it.each([
    ['a long chain of promises', 20_000, 'Kinvey.User.login(a, b)', '.then(x => x)', 1],
    ['a long chain of calls', 5_000, 'KiiUser.getCurrentUser()', '.refresh()', 5_001],
    ['a long chain of properties', 10_000, 'const ann = KiiUser.getCurrentUser(); ann', '.save.then(x)', 1],
  ])('%s', { timeout: 15_000 }, async (_, links, begin, link, number) => {
    expect(await calls({ 'a.js': begin + link.repeat(links) })).toHaveLength(number)
  })
})

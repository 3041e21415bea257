// No committed file names a path of this machine or a package registry, and nothing is left for later.
import { existsSync, readFileSync } from 'node:fs'
import { must, root } from './lib/run.mjs'

const escaped = root.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const forbidden = [
  { what: 'a path of this machine', pattern: new RegExp(`${escaped}(/|\\b)`) },
  { what: 'a registry host', pattern: /\bregistry\.[a-z]+\.(?:org|com)|\btarball: *https?:/ },
  { what: 'left for later', pattern: /\b(?:TO[D]O|FIX[M]E)\b/ },
  { what: 'an assertion that hardly can fail', pattern: /\.toBe(?:Truthy|Falsy)\(\)/ },
]

const tracked = (await must('git', ['ls-files', '--cached', '--others', '--exclude-standard'])).trim().split('\n')
for (const file of tracked.filter((name) => existsSync(`${root}/${name}`))) {
  const lines = readFileSync(`${root}/${file}`, 'utf8').split('\n')
  lines.forEach((line, at) => {
    for (const { what, pattern } of forbidden) {
      if (!pattern.test(line)) continue
      console.error(`${file}:${at + 1}: ${what}: ${line.trim().slice(0, 120)}`)
      process.exitCode = 1
    }
  })
}

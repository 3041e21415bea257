import { expect, test } from 'vitest'
import { createRequestRecorder } from '../src/request-log.js'

test('the log keeps the last ten thousand requests, in order, and does not grow with the rest', () => {
  const log = createRequestRecorder()
  let most = 0
  for (let at = 1; at <= 45_000; at += 1) {
    log.arrived({ at, method: 'GET', path: '/' }).answered(200)
    if (at % 1_000 === 0) most = Math.max(most, log.all().length)
  }
  expect(log.all().length).toBeGreaterThanOrEqual(10_000)
  expect(most).toBeLessThan(20_000)
  expect(log.all().at(-1)?.at).toBe(45_000)
  expect(log.all().every(({ at }, index, all) => index === 0 || at === (all[index - 1]?.at ?? 0) + 1)).toBe(true)
})

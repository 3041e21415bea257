import { expect, test } from 'vitest'
import { createClock } from '../src/clock.js'

const near = (instant: number): boolean => Math.abs(Date.now() - instant) < 1_000

test('runs with the machine until it is touched', () => {
  expect(near(createClock().now())).toBe(true)
})

test('stands still where it was frozen', () => {
  const clock = createClock()
  clock.freeze(1_000)
  expect([clock.now(), clock.now()]).toEqual([1_000, 1_000])
})

test('moves when frozen and when running', () => {
  const clock = createClock()
  clock.advance(3_600_000)
  expect(near(clock.now() - 3_600_000)).toBe(true)
  clock.freeze(5_000)
  clock.advance(250)
  expect(clock.now()).toBe(5_250)
})

test('freezes where it stands', () => {
  const clock = createClock()
  clock.advance(3_600_000)
  clock.freeze()
  expect(near(clock.now() - 3_600_000)).toBe(true)
})

test('goes back to the machine', () => {
  const clock = createClock()
  clock.freeze(5)
  clock.reset()
  expect(near(clock.now())).toBe(true)
})

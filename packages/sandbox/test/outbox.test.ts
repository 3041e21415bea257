import { expect, test } from 'vitest'
import { createOutbox, type OutboxMessage } from '../src/outbox.js'

const message = (changes: Partial<OutboxMessage> = {}): Omit<OutboxMessage, 'id' | 'sentAt'> => ({
  channel: 'email',
  to: 'a@example.com',
  purpose: 'verification',
  subject: 'Hello',
  text: 'Hello',
  ...changes,
})

test('keeps what was sent, with the time of the app', () => {
  const outbox = createOutbox(() => 42)
  outbox.send(message())
  expect(outbox.messages()).toEqual([{ ...message(), id: expect.any(String), sentAt: 42 }])
})

test('hands out each message once, in order', async () => {
  const outbox = createOutbox(() => 0)
  const first = outbox.send(message())
  const second = outbox.send(message())
  expect([(await outbox.next()).id, (await outbox.next()).id]).toEqual([first.id, second.id])
  await expect(outbox.next({}, 0)).rejects.toThrow('no message {} within 0 ms')
})

test('hands out what fits, and leaves the rest', async () => {
  const outbox = createOutbox(() => 0)
  const mail = outbox.send(message())
  const sms = outbox.send(message({ channel: 'sms', to: '+81', purpose: 'password-reset' }))
  expect((await outbox.next({ channel: 'sms' })).id).toBe(sms.id)
  expect((await outbox.next({ to: 'a@example.com', purpose: 'verification' })).id).toBe(mail.id)
})

test('waits for a message, and gives it to one of two who wait', async () => {
  const outbox = createOutbox(() => 0)
  const waiting = [outbox.next({}, 50), outbox.next({}, 50)]
  outbox.send(message())
  const outcomes = (await Promise.allSettled(waiting)).map(({ status }) => status)
  expect(outcomes).toEqual(['fulfilled', 'rejected'])
})

test('who gave up takes no message', async () => {
  const outbox = createOutbox(() => 0)
  const leaving = new AbortController()
  const waiting = outbox.next({}, 5_000, leaving.signal)
  leaving.abort()
  await expect(waiting).rejects.toThrow('no message')
  const sent = outbox.send(message())
  expect((await outbox.next({}, 0)).id).toBe(sent.id)
})

test('says what it holds when nothing fits', async () => {
  const outbox = createOutbox(() => 0)
  outbox.send(message())
  await expect(outbox.next({ channel: 'sms' }, 0)).rejects.toThrow('the outbox holds email verification to a@example.com')
})

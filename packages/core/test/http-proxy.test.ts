import { createServer, type Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { axiosClient, Stop } from '../src/index.js'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

it('a proxy may take as long as the operation does to open a tunnel', async () => {
  let ask: (socket: Socket) => void = () => undefined
  const asked = new Promise<Socket>((resolve) => {
    ask = resolve
  })
  const proxy = createServer((socket) => socket.once('data', () => ask(socket)))
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as { readonly port: number }
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const reply = axiosClient().send({ method: 'GET', url: 'https://vendor.example/', headers: {} }, new Stop())
  const outcome = reply.then(({ status }) => status, String)
  const socket = await asked
  vi.advanceTimersByTime(20_000)
  socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
  expect(await outcome).toBe(502)
  proxy.close()
})

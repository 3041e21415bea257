import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'

/** A key pair of its own for one run of the server, valid for 127.0.0.1 and localhost, both in PEM. */
export async function selfSignedCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  })
  return { key: pems.private, cert: pems.cert }
}

/** Lets the sockets of a TLS server be reset: a TLS socket refuses to, so the TCP socket below it does it. */
export function makeResettable(server: EventEmitter): void {
  const below = new Map<number | undefined, Socket>()
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket
    below.set(remotePort, socket)
    socket.once('close', () => below.delete(remotePort))
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.resetAndDestroy = () => {
      below.get(socket.remotePort)?.resetAndDestroy()
      return socket
    }
  })
}

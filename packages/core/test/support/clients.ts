import { fetchClient } from '../../src/fetch.js'
import { axiosClient, type HttpClient } from '../../src/index.js'
import { undiciClient } from '../../src/undici.js'

interface Transport {
  readonly name: string
  readonly open: () => { readonly client: HttpClient; readonly close: () => Promise<void> }
}

/** All transports: what holds for one must hold for the others. */
export const transports: readonly Transport[] = [
  { name: 'axios', open: () => ({ client: axiosClient(), close: async () => undefined }) },
  { name: 'fetch', open: () => ({ client: fetchClient(), close: async () => undefined }) },
  {
    name: 'undici',
    open: () => {
      const client = undiciClient({ connections: 4 })
      return { client, close: client.close }
    },
  },
]

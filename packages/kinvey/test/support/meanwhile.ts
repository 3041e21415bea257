import { axiosClient, type HttpClient } from '@userport/core'

/** The transport; something happens elsewhere as soon as a request to such an address is over. */
export const meanwhile = (address: RegExp, happen: () => void): HttpClient => {
  const client = axiosClient()
  return {
    send: async (request, signal) => {
      try {
        return await client.send(request, signal)
      } finally {
        if (address.test(request.url)) happen()
      }
    },
  }
}

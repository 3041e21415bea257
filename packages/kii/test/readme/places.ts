import type { Promises } from '@userport/core'
import { type createKii, type KiiClause, kiiPoint } from '@userport/kii'

type Users = Promises<ReturnType<typeof createKii>>

/** The places of the signed-in user around a point, the nearest first, with their distance in metres. */
export const placesAround = async ({ extension }: Users, lat: number, lon: number): Promise<readonly string[]> => {
  const clause: KiiClause = {
    type: 'geodistance',
    field: 'position',
    center: kiiPoint(lat, lon),
    radius: 50_000,
    putDistanceInto: 'away',
  }
  const page = await extension.queryObjects({ bucket: 'places', clause, orderBy: '_calculated.away', limit: 10 })
  return page.objects.map(({ fields, calculated }) => `${fields.name}: ${Math.round(Number(calculated?.away))} m`)
}

export const rememberPlace = ({ extension }: Users, name: string, lat: number, lon: number) =>
  extension.createObject({ bucket: 'places', fields: { name, position: kiiPoint(lat, lon) } })

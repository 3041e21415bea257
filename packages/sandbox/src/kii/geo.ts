/** A place in degrees, on the wire `{_type: 'point', lat, lon}`. */
interface Point {
  readonly lat: number
  readonly lon: number
}

export function pointOf(value: unknown): Point | undefined {
  if (typeof value !== 'object' || value === null || !('lat' in value) || !('lon' in value)) return undefined
  const { lat, lon } = value
  return typeof lat === 'number' && typeof lon === 'number' ? { lat, lon } : undefined
}

/** A box may cross the date line: then its western edge has the larger longitude. */
export function boxTest(northEast: Point, southWest: Point): (point: Point | undefined) => boolean {
  return (point) => {
    if (point === undefined || point.lat < southWest.lat || point.lat > northEast.lat) return false
    const [west, east] = [point.lon >= southWest.lon, point.lon <= northEast.lon]
    return southWest.lon <= northEast.lon ? west && east : west || east
  }
}

const earthRadius = 6_371_000

/** In metres, along the surface. */
export function distanceTo(from: Point, to: Point | undefined): number | undefined {
  if (to === undefined) return undefined
  const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2
  const chord = half(from.lat, to.lat) + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * half(from.lon, to.lon)
  return 2 * earthRadius * Math.asin(Math.sqrt(chord))
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180

// What was promised, judged by what was measured.

const at = ({ vendor, operation, atOnce }) => `${vendor} ${operation} ${atOnce === 1 ? 'in sequence' : `${atOnce} at once`}`

const most = (target, subject, value, limit, unit = '×') => ({ target, subject, value, limit, unit, met: value <= limit })

const bare = new Set(['axios', 'node:http', 'userport', 'userport undici'])
const sdkIn = (rows) => rows.find(({ name }) => !bare.has(name))

const ofOneCall = (rows) => {
  const row = (name) => rows.find((each) => each.name === name)
  const ours = row('userport')
  const quick = row('userport undici')
  const sdk = sdkIn(rows)
  return [
    most('CPU of the default transport against bare axios', at(ours), ours.against.axios.cpu, 1.15),
    most('CPU of the undici transport against node:http', at(ours), quick.against['node:http'].cpu, 1.5),
    ...(sdk === undefined
      ? []
      : [
          most(`CPU of the default transport against ${sdk.name}`, at(ours), ours.against[sdk.name].cpu, 1),
          ...(ours.atOnce === 1
            ? []
            : [most(`CPU of the undici transport against ${sdk.name}`, at(ours), quick.against[sdk.name].cpu, 0.5)]),
        ]),
  ]
}

const ofStart = (rows) => {
  const ours = rows.filter(({ name }) => name === 'userport')
  const kinvey = rows.find(({ name }) => name === 'kinvey-node-sdk')
  return [
    ...ours.map(({ vendor, imported }) => most('import of a provider', vendor, imported, 60, 'ms')),
    ...(kinvey === undefined
      ? []
      : ours.map(({ vendor, toFirstUser }) =>
          most(`import and first sign-in against ${kinvey.name}`, vendor, toFirstUser / kinvey.toFirstUser, 1),
        )),
  ]
}

const groups = (rows, key) => [...new Set(rows.map(key))].map((name) => rows.filter((row) => key(row) === name))

/** Every promise with its figure, its limit and whether it is kept. */
export const judge = ({ calls, starts, sandbox }) => [
  ...groups(calls, at).flatMap(ofOneCall),
  ...ofStart(starts),
  most('start of a process until its sandbox listens', 'all vendors', sandbox, 300, 'ms'),
]

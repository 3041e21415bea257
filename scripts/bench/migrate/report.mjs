import { cpus } from 'node:os'
import { table } from '../table.mjs'

const count = (number) => number.toLocaleString('en')
const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(0)
const times = (ratio) => `${ratio.toFixed(2)} ×`

const throughputTable = (title, rows) =>
  table(
    [title, 'users', 'users/s', 'CPU µs / user', 'peak MB', 'userport / it'],
    rows.map(({ name, users, rate, cpu, peak, ours }) => [
      name,
      count(users),
      rate.toFixed(0),
      cpu.toFixed(0),
      megabytes(peak),
      times(ours),
    ]),
  )

const memoryTable = (rows) =>
  table(
    ['users at the source', 'peak MB', 'users/s', 'lost', 'doubled'],
    rows.map(({ users, peak, rate, lost, doubled }) => [count(users), megabytes(peak), rate.toFixed(0), String(lost), String(doubled)]),
    0,
  )

const resumeTable = ({ users, killedAt, seconds, lost, doubled }) =>
  table(
    ['users', 'killed at', 'first new user after s', 'lost', 'doubled'],
    [[count(users), count(killedAt), seconds.toFixed(2), String(lost), String(doubled)]],
    0,
  )

const workersTable = ({ missing, rows }) =>
  missing === undefined
    ? table(
        ['workers on one PostgreSQL', 'users', 'users/s', 'against one', 'lost', 'doubled'],
        rows.map(({ workers, users, rate, against, lost, doubled }) => [
          String(workers),
          count(users),
          rate.toFixed(0),
          times(against),
          String(lost),
          String(doubled),
        ]),
        0,
      )
    : missing

const targetTable = (targets) =>
  table(
    ['target', 'measured', 'wanted', 'met'],
    targets.map(({ target, measured, wanted, met }) => [target, measured, wanted, met ? 'yes' : 'NO']),
    1,
  )

const atLeast = (target, value, wanted) => ({ target, measured: times(value), wanted: `≥ ${times(wanted)}`, met: value >= wanted })

/** What was promised, judged by what was measured. */
export const judge = ({ throughput, distant, memory, resume, workers }) => {
  const [, axios, sdks] = throughput ?? []
  const [, distantAxios, distantSdks] = distant ?? []
  const [small, large] = memory ?? []
  const growth = large === undefined ? 0 : large.peak / small.peak
  const several = workers?.rows?.at(-1)
  return [
    ...(axios === undefined ? [] : [atLeast('rate against a bare axios loop', axios.ours, 0.85)]),
    ...(sdks === undefined ? [] : [atLeast('rate against the vendors’ SDKs, one by one', sdks.ours, 5)]),
    ...(distantAxios === undefined ? [] : [atLeast('the same, each reply 5 ms later: axios loop', distantAxios.ours, 0.85)]),
    ...(distantSdks === undefined ? [] : [atLeast('the same, each reply 5 ms later: vendors’ SDKs', distantSdks.ours, 5)]),
    ...(large === undefined
      ? []
      : [
          {
            target: `peak memory at ${count(large.users)} users against ${count(small.users)}`,
            measured: times(growth),
            wanted: `≤ ${times(1.2)}`,
            met: growth <= 1.2,
          },
        ]),
    ...(resume === undefined
      ? []
      : [
          {
            target: 'first new user after a kill at the half',
            measured: `${resume.seconds.toFixed(2)} s`,
            wanted: '≤ 5 s',
            met: resume.seconds <= 5,
          },
        ]),
    ...(several === undefined ? [] : [atLeast(`rate of ${several.workers} workers on PostgreSQL against one`, several.against, 1.5)]),
  ]
}

export const report = ({ throughput, distant, memory, resume, workers }, targets) =>
  [
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}.`,
    ...(throughput === undefined ? [] : [throughputTable('Kii → Kinvey', throughput)]),
    ...(distant === undefined ? [] : [throughputTable('the same, each reply 5 ms later', distant)]),
    ...(memory === undefined ? [] : [memoryTable(memory)]),
    ...(resume === undefined ? [] : [resumeTable(resume)]),
    ...(workers === undefined ? [] : [workersTable(workers)]),
    targetTable(targets),
  ].join('\n\n')

import { cpus } from 'node:os'
import { table } from './table.mjs'

const times = (ratio) => `${ratio.toFixed(2)} ×`
const figure = (value, unit) => (unit === '×' ? times(value) : `${value.toFixed(0)} ${unit}`)

const callTable = (calls) =>
  table(
    ['call', 'client', 'requests', 'CPU µs', 'wall µs', 'CPU / axios', 'wall / axios', 'CPU / node:http'],
    calls.map(({ vendor, operation, atOnce, name, requests, cpu, wall, against }) => [
      `${vendor} ${operation}, ${atOnce} at once`,
      name,
      String(requests),
      cpu.toFixed(0),
      wall.toFixed(0),
      times(against.axios.cpu),
      times(against.axios.wall),
      times(against['node:http'].cpu),
    ]),
    2,
  )

const startTable = (starts) =>
  table(
    ['vendor', 'client', 'import ms', 'import and first sign-in ms'],
    starts.map(({ vendor, name, imported, toFirstUser }) => [vendor, name, imported.toFixed(0), toFirstUser.toFixed(0)]),
    2,
  )

const targetTable = (targets) =>
  table(
    ['target', 'where', 'measured', 'at most', 'met'],
    targets.map(({ target, subject, value, limit, unit, met }) => [
      target,
      subject,
      figure(value, unit),
      figure(limit, unit),
      met ? 'yes' : 'NO',
    ]),
    2,
  )

export const report = ({ calls, starts, targets }) =>
  [
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}. Medians.`,
    callTable(calls),
    startTable(starts),
    targetTable(targets),
  ].join('\n\n')

// Who may import whom, twice: the packages must keep every rule, and the planted files must break every rule.
// So a rule that stopped biting (a changed resolver, a moved folder) fails as loudly as a broken one.
import config from '../.dependency-cruiser.mjs'
import { run, tool } from './lib/run.mjs'

const cruise = (output, ...paths) => run(tool('depcruise'), ['--config', '.dependency-cruiser.mjs', '--output-type', output, ...paths])

const [packages, planted] = await Promise.all([
  cruise('err-long', 'packages/*/{src,test,oracles}', 'examples/*/*.ts'),
  cruise('json', 'scripts/planted'),
])
if (!packages.ok) console.error(packages.output)

const { violations } = JSON.parse(planted.stdout).summary
const broken = new Set(violations.filter(({ from }) => from.startsWith('scripts/planted/')).map(({ rule }) => rule.name))
const blunt = config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))
for (const name of blunt) console.error(`The rule ${name} does not notice the file under scripts/planted that breaks it.`)

process.exitCode = packages.ok && blunt.length === 0 ? 0 : 1

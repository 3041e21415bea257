import { describeMovesTo } from './support/lazy-contract.js'

await describeMovesTo('kii')

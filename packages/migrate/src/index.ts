export * from './ledger/ledger.js'
export * from './losses.js'
export * from './migration.js'
export * from './policy.js'

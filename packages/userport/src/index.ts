export { type CapabilityRow, capabilityMarkdown, capabilityTable } from './capability-table.js'
export { type CommonConfig, type ConfigOf, defineConfig, redactConfig, type UserportConfig } from './config.js'
export { type CreateOptions, createUserProvider } from './create-user-provider.js'
export { type CapabilitiesOf, type KnownVendor, type VendorConfigs, type VendorRegistry, vendorNames } from './vendors.js'

export { attributeFields } from './attribute-fields.js'
export { createCalls } from './calls.js'
export * from './capabilities.js'
export { BaseUrl, checked, decodeConfig, NonEmpty, PathSegment, positive } from './config.js'
export { createProvider } from './create-provider.js'
export { type Running, withDeadline } from './deadline.js'
export { decodeAttributes } from './decode-attributes.js'
export {
  type BackendDefinition,
  defineBackend,
  type ExtensionInput,
  type Implementation,
  type OperationContext,
  operationNames,
} from './define-backend.js'
export { type DirectoryDefinition, type DirectoryImplementation, defineDirectory } from './define-directory.js'
export { type BackendOptions, defineVendor, type Vendor, type VendorDefinition } from './define-vendor.js'
export { type DirectoryOptions, defineVendorDirectory, type VendorDirectoryDefinition } from './define-vendor-directory.js'
export * from './directory.js'
export { type Calls, type Effect, type Endpoint, type Endpoints, type ErrorTable, endpointsOf, type Renewal } from './endpoint.js'
export * from './errors.js'
export { defined, fieldsWhere } from './fields.js'
export { axiosClient, type HttpClient, type HttpRequest, type HttpResponse } from './http.js'
export type { Json, JsonObject } from './json.js'
export { Nothing } from './nothing.js'
export { afterwards, notDone, orLookUp } from './outcome.js'
export { type Promises, toPromises } from './promises.js'
export { backendOf, type ProviderOrigin } from './provider/origin.js'
export type { Result } from './result.js'
export { brokenAttribute, brokenRule, pathSegment, type Rules, type TextRule } from './rules.js'
export type { ActiveState, Change, ChangeReason, Listener } from './session-kernel.js'
export { memoryStore, type SessionStore, webStorageStore } from './session-store.js'
export { isSignal, Stop, type StopSignal, toAbortSignal } from './stop-signal.js'
export { readSession } from './stored.js'
export * from './user.js'
export * from './user-backend.js'
export * from './user-provider.js'
export { type BrokenInput, type Complaint, kindOf } from './validation.js'

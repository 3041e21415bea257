export type { User } from '@userport/core'

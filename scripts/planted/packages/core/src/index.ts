import '@userport/kii'
import 'vitest'
import './files.js'

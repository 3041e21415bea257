import '../../../../../packages/core/dist/index.js'
import '../test/helper.js'
import './cycle.js'
import './missing.js'

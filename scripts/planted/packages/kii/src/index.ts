import '@userport/kinvey'
import 'axios'

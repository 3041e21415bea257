import '@userport/sandbox'

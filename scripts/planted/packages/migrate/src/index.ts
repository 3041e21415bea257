import '@userport/kii'

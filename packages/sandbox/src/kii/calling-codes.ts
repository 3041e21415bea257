import { invalidInput } from './errors.js'

/** Country calling codes, for phone numbers in their local form. */
const callingCodes: Readonly<Record<string, string>> = {
  AU: '61',
  BR: '55',
  CA: '1',
  CN: '86',
  DE: '49',
  ES: '34',
  FR: '33',
  GB: '44',
  HK: '852',
  ID: '62',
  IN: '91',
  JP: '81',
  KR: '82',
  MY: '60',
  PH: '63',
  SG: '65',
  TH: '66',
  TW: '886',
  US: '1',
  VN: '84',
}

/** `09012345678` with `JP` becomes `+819012345678`; an international number stays. */
export function internationalPhone(phone: string, country: string | undefined): string {
  const number = phone.startsWith('+') ? phone : international(phone, country)
  if (!/^\+[0-9]{10,}$/.test(number)) throw invalidInput('phoneNumber must have at least 10 digits')
  return number
}

function international(local: string, country: string | undefined): string {
  const callingCode = callingCodes[country?.toUpperCase() ?? '']
  if (callingCode === undefined) throw invalidInput('phoneNumber in local form needs a known country')
  return `+${callingCode}${local.replace(/^0/, '')}`
}

/** What is wrong or left out in the vendors' documentation: `vendor` and `contract` as in the rows, `tests`: `project/file: title`. */
export const traps = [
  {
    what: 'Kii: an example of `completeResetPassword` swaps PIN and password',
    vendor: 'kii',
    contract: 'RST-8.sms-code RST-9.sms-code',
    tests: ['kii/traps: cannot swap PIN and password, as one example of the documentation does: both are named'],
  },
  {
    what: 'Kii: a password may have spaces in it, also at its ends',
    vendor: 'kii',
    contract: 'SUP-11',
    tests: ['kii/traps: a password with spaces around it'],
  },
  {
    what: 'Kinvey: the SDK trims passwords, the server does not',
    vendor: 'kinvey',
    contract: 'SUP-11',
    tests: [
      'kinvey/traps: has an SDK that trims passwords: here a space is a character, unless the configuration says so',
      'kinvey/kinvey: trims usernames and passwords where the app was built with the SDK that does',
    ],
  },
  { what: 'Monaca: a password has no spaces', vendor: 'monaca', contract: 'SUP-11 PWD-6', tests: ['monaca/traps: spaces'] },
  {
    what: 'Kii: the pseudo flag arrives inverted, as `_hasPassword`; in a partial look-up it is unknown, not true',
    vendor: 'kii',
    contract: 'ANO-1 UPG-1',
    tests: ['kii/traps: the mark of an anonymous user'],
  },
  {
    what: 'Kii: look-ups find verified addresses only, and may show three fields only',
    vendor: 'kii',
    contract: 'LKP-3',
    tests: ['kii/traps: a look-up'],
  },
  {
    what: 'Kii: registering is two requests, which can leave an orphan; one content type does both',
    vendor: 'kii',
    contract: 'SUP-9 SUP-10',
    tests: ['kii/traps: is one request, so that no account is left without a session'],
  },
  {
    what: 'Kii: a change of the password kills every token',
    vendor: 'kii',
    contract: 'PWD-1 PWD-4',
    tests: ['kii/traps: kills every token, yet not the session of the one who changes it'],
  },
  {
    what: 'Kii: 401 `WRONG_PASSWORD` is no lost session, 403 `WRONG_TOKEN` is',
    vendor: 'kii',
    contract: 'PWD-3 SES-1',
    tests: ['kii/traps: with a wrong password is a 401 that does not end the session', 'kii/errors: the error table'],
  },
  {
    what: 'Kinvey: signing up with empty name and password makes an implicit user',
    vendor: 'kinvey',
    contract: 'INP-1',
    tests: ['kinvey/traps: makes an implicit user of an empty sign-up: it is refused before anything is sent'],
  },
  {
    what: 'Kinvey: sign-up signs in or does not, depending on the version',
    vendor: 'kinvey',
    contract: 'SUP-1',
    tests: [
      'kinvey/traps: does not sign in by signing up in later versions: here it does in version 6 too',
      'kinvey/kinvey: every API version',
    ],
  },
  {
    what: 'Kinvey: log-in with an active user is refused',
    vendor: 'kinvey',
    contract: 'SIN-5 SIN-6',
    tests: ['kinvey/traps: has one active user: another log-in is refused, and nobody is asked'],
  },
  {
    what: 'Kinvey: a reset request ends the sessions at once',
    vendor: 'kinvey',
    contract: 'RST-6 RST-7',
    tests: ['kinvey/traps: kills the sessions when a reset is requested: the active user is told at once'],
  },
  {
    what: 'Kinvey: a suspended username stays taken',
    vendor: 'kinvey',
    contract: 'SUS-3',
    tests: ['kinvey/traps: keeps the username of a suspended user taken, and frees that of a deleted one'],
  },
  {
    what: 'Kinvey: an update replaces the user, and the reply must bring the token',
    vendor: 'kinvey',
    contract: 'PRO-3 PRO-5',
    tests: [
      'kinvey/traps: replaces the user by a PUT: every change keeps what it does not name, and the session',
      'kinvey/endpoints: me, with the session it was asked with or the one in the reply',
    ],
  },
  {
    what: 'Kinvey: `InvalidCredentials` to any call ends the session in the vendor’s SDK',
    vendor: 'kinvey',
    contract: 'PWD-3',
    tests: ['kinvey/traps: says InvalidCredentials of everything: only a dead session ends the session'],
  },
  {
    what: 'Monaca: -32602 for nearly everything',
    vendor: 'monaca',
    contract: 'SUP-5 SIN-2',
    tests: ['monaca/traps: Monaca’s -32602 stands for nearly everything'],
  },
  { what: 'Monaca: 11 means that a sign-in is needed', vendor: 'monaca', tests: ['monaca/traps: Monaca’s 11: sign-in needed'] },
  { what: 'Monaca: 13 means a wrong state', vendor: 'monaca', tests: ['monaca/traps: Monaca’s 13: wrong state'] },
  {
    what: 'Monaca: completing a reset signs in',
    vendor: 'monaca',
    contract: 'RST-8.email-code',
    tests: ['monaca/traps: the completion of a reset signs in'],
  },
  {
    what: 'Monaca: the reset mail goes to the property that the request names, else to the username',
    vendor: 'monaca',
    tests: ['monaca/traps: the reset mail goes to the property that the request names'],
  },
]

/** What users of other libraries for accounts suffer from, as `traps`. */
export const pains = [
  {
    what: 'The anonymous user meets an account that exists',
    contract: 'UPG-5 MRG-1 MRG-2 MRG-4 MRG-10',
    tests: ['core/merge: signing in with a merge ticket', 'core/merge: completeMerge', 'core/merge: abortMerge'],
  },
  {
    what: 'The library hangs',
    contract: 'FLT-hang CAN-1 CAN-2 ACT-9',
    tests: [
      'core/events: may call any operation, even wait for it, without a dead-lock',
      'core/tabs: work on when one is closed in the middle of an operation',
    ],
  },
  {
    what: 'Random sign-outs: races of renewals, offline taken for invalid',
    contract: 'SES-5 SES-9 TAB-5 ACT-4',
    tests: [
      'core/renewal: a dead session',
      'core/restore: keeps the stored user without a connection, marked stale, and says so; a later refresh confirms it',
    ],
  },
  {
    what: 'Mail scanners open the reset link before its owner does',
    tests: [
      'kinvey/mail-scanners: a reset link survives being opened, read and parsed by everybody but its owner, without a request',
      'oracles/kii-passwords: KR02 KR09 KS15 chosen: the page takes a new password once; sessions end',
    ],
  },
  { what: 'Errors without codes', contract: 'PRM-2', tests: ['core/errors: userError', 'core/errors: the union'] },
  { what: 'Meaning that changes under its callers', tests: ['contract/broken-providers: a provider is caught that'] },
  {
    what: 'Versions of an interface that do not match',
    tests: ['core/types: the operations that an author brings', 'core/define-backend: what a vendor lacks'],
  },
  {
    what: 'Packages that say they implement the interface, unverified',
    tests: [
      'contract/broken-providers: a provider is caught that',
      'contract/broken-providers: a provider that is not broken is not caught',
    ],
  },
  {
    what: 'Migrations that lose people, lock them out or half-create them',
    tests: [
      'migrate/chaos: whoever is killed, meets a full disk or a second operator loses nobody and makes nobody twice',
      'migrate/resume: begins nothing new, ends soon, and is gone on with: nobody is lost, nobody doubled',
      'migrate/lazy-sign-in: writes nothing, neither here nor there, before the old service has said that the password is right',
      'migrate/lazy-sign-in: opens nothing once another one was chosen at the new service',
      'kii/directory: loses nobody while users come and go',
      'kinvey/directory: lose nobody while users come and go',
      'kii/directory: says that the account was made when what follows fails',
    ],
  },
  {
    what: 'A flash of “signed out” at the start',
    contract: 'ACT-1 ACT-3',
    tests: ['core/restore: the state is restoring, which nobody can take for signed out'],
  },
  {
    what: 'Credentials in logged errors',
    contract: 'SEC-1 SEC-5 SEC-6',
    tests: ["core/error-secrets: no secret is reachable from an error over 'axios'"],
  },
]

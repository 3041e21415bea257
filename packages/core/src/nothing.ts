import * as t from '#io-ts'

/** The answer to a call that says no more than that it was done: an empty body, or an object. A list or a text is somebody else's answer. */
export const Nothing = t.union([t.undefined, t.UnknownRecord])

// What musicians and DJs call the keys. Used by this room alone.

const major = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B']
const minor = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B']

/** @param key 0 to 11 major from C on, 12 to 23 minor; @returns "A minor" */
export const keyName = (key: number): string => (key < 12 ? `${major[key]} major` : `${minor[key - 12]} minor`)

/** @returns place on the Camelot wheel, "8A" for A minor, "8B" for its relative C major */
export const camelotOf = (key: number): string => `${wheelNumber(key)}${key < 12 ? 'B' : 'A'}`

/** Sorts round the wheel: 1A, 1B, 2A … */
export const keyOrder = (key: number): number => wheelNumber(key) * 2 + (key < 12 ? 1 : 0)

/** A fifth up is one number up; a minor key has the number of its relative major. */
const wheelNumber = (key: number): number => (((key < 12 ? key : key + 3) * 7 + 7) % 12) + 1

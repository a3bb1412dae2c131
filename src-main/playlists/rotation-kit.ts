// The rotation without the room around it, for the thread of a rehearsal: this file imports nothing that starts a thread.
export { createRotation } from './rotation'
export { isOpen, lastMinute, localTime } from './rotation/local-time'
export { createLot } from './rotation/lot'
export { createRepeatFinder } from './rotation/repeats'
export { createShuffles } from './shuffle'

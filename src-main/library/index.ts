// The library: tracks and their files. Import, tags, artwork, analysis, search.
export { compileRules } from './catalogue/compile-rules'
export type { Condition } from './catalogue/condition'
export { addFieldFunctions } from './catalogue/field-sql'
export { createLibrary, type Library, type LibraryDeps } from './library'
export type { Media, WaveformView } from './media'
export { repairText } from './tags/text-repair'
export { createTrackReader } from './track-reader'
export type { UploadInput, Uploads } from './uploads'

// The light build has the same types for all that is used here, but ships none.
declare module 'hls.js/light' {
  export * from 'hls.js'
  export { default } from 'hls.js'
}

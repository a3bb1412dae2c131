// The scope of an audio worklet, which the DOM's types leave out.
interface AudioWorkletProcessor {
  readonly port: MessagePort
}
declare const AudioWorkletProcessor: { new (): AudioWorkletProcessor }
declare function registerProcessor(
  name: string,
  processor: new (options: AudioWorkletNodeOptions) => AudioWorkletProcessor,
): void

/** In Chromium and the desktop; other browsers have none for sound. */
declare class MediaStreamTrackProcessor {
  constructor(options: { track: MediaStreamTrack })
  readonly readable: ReadableStream<AudioData>
}

// The door of sound links: the studio's microphone and the guests' page use them.
export { type MicrophoneChoice, SoundLink } from './sound-link'

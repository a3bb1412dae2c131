// The studio's microphone: its panel on the on-air desk, and what a key and the tray do with it.
export { followTray, toggleTalk } from './microphone'
export { TalkPanel } from './talk-panel'

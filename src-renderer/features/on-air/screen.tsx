// The on-air desk.
export function Screen() {
  return null
}

// The on-air desk.
export function OnAirScreen() {
  return null
}

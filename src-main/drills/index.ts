export { createDrills, type Drills, type DrillsDeps } from './drills'

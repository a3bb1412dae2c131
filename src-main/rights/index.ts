// What aired, for those it is owed to: audience of each item, corrections with a trail, gaps, reports.
export { createRights, type ReportOrder, type Rights } from './rights'

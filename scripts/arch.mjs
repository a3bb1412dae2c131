// The rules of the house. A count of nought means the tool read nothing, which is a failure and not a pass.
import { join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-options'

const options = await extractConfig(join(import.meta.dirname, '..', '.dependency-cruiser.cjs'))
const { output } = await cruise(['src-contract', 'src-main', 'src-preload', 'src-renderer'], {
  ...options,
  outputType: 'json',
})
const report = typeof output === 'string' ? JSON.parse(output) : output
const { totalCruised, violations } = report.summary
for (const { rule, from, to } of violations) {
  const text = options.ruleSet?.forbidden?.find(({ name }) => name === rule.name)?.comment ?? ''
  console.error(`${rule.severity}: ${from} → ${to} (${rule.name})\n  ${text}`)
}
if (totalCruised === 0) {
  console.error('The architecture check read no modules: it would pass whatever the code does.')
  process.exit(1)
}
console.log(`${totalCruised} modules, ${violations.length} broken rules`)
process.exit(violations.some(({ rule }) => rule.severity === 'error') ? 1 : 0)

// Rules in groups: all or any of them, groups in groups.
import { type Rule, type RuleGroup, trackFields } from '@contract/track-fields'
import { ActionIcon, Button, Select, Tooltip } from '@mantine/core'
import { IconLayersSubtract, IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../../client'
import { type CustomField, changedRule, deepestGroup, formOf, isGroup, operatorsOf, typeOf } from './rule-forms'
import { RuleValue } from './rule-value'
import classes from './smart.module.css'

export interface RuleBuilderProps {
  group: RuleGroup
  custom: CustomField[]
  onChange(group: RuleGroup): void
}

const firstRule: Rule = { field: 'genre', op: 'contains', value: '' }

export function RuleBuilder({ group, custom, onChange }: RuleBuilderProps) {
  return <Group group={group} custom={custom} depth={1} onChange={onChange} />
}

interface GroupProps extends RuleBuilderProps {
  depth: number
  onRemove?(): void
}

function Group({ group, custom, depth, onChange, onRemove }: GroupProps) {
  const { t } = useTranslation('playlists')
  const { match, rules } = group
  const put = (index: number, rule: Rule | RuleGroup | null) =>
    onChange({ match, rules: rule === null ? rules.toSpliced(index, 1) : rules.toSpliced(index, 1, rule) })
  return (
    <fieldset className={classes.ruleGroup} data-depth={depth}>
      <legend className="visually-hidden">{t('smart.group')}</legend>
      <div className={classes.ruleGroupHead}>
        <Select
          size="xs"
          w={170}
          aria-label={t('smart.match')}
          data={[
            { value: 'all', label: t('smart.all') },
            { value: 'any', label: t('smart.any') },
          ]}
          value={match}
          allowDeselect={false}
          onChange={(value) => onChange({ match: value === 'any' ? 'any' : 'all', rules })}
        />
        <span className={classes.ruleGroupButtons}>
          <Tooltip label={t('smart.addRule')}>
            <ActionIcon
              size={26}
              aria-label={t('smart.addRule')}
              onClick={() => onChange({ match, rules: [...rules, firstRule] })}
            >
              <IconPlus size={15} />
            </ActionIcon>
          </Tooltip>
          {depth < deepestGroup ? (
            <Tooltip label={t('smart.addGroup')}>
              <ActionIcon
                size={26}
                aria-label={t('smart.addGroup')}
                onClick={() =>
                  onChange({
                    match,
                    rules: [...rules, { match: match === 'all' ? 'any' : 'all', rules: [firstRule] }],
                  })
                }
              >
                <IconLayersSubtract size={15} />
              </ActionIcon>
            </Tooltip>
          ) : null}
          {onRemove ? (
            <ActionIcon size={26} aria-label={t('smart.removeGroup')} onClick={onRemove}>
              <IconX size={15} />
            </ActionIcon>
          ) : null}
        </span>
      </div>
      {rules.length === 0 ? (
        <p className={classes.ruleNone}>
          {t(match === 'all' ? 'smart.noneAll' : 'smart.noneAny')}{' '}
          <Button size="compact-xs" onClick={() => onChange({ match, rules: [firstRule] })}>
            {t('smart.addRule')}
          </Button>
        </p>
      ) : null}
      {rules.map((rule, index) =>
        isGroup(rule) ? (
          <Group
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name of their own
            key={index}
            group={rule}
            custom={custom}
            depth={depth + 1}
            onChange={(next) => put(index, next)}
            onRemove={() => put(index, null)}
          />
        ) : (
          <Line
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name of their own
            key={index}
            rule={rule}
            custom={custom}
            onChange={(next) => put(index, next)}
            onRemove={() => put(index, null)}
          />
        ),
      )}
    </fieldset>
  )
}

interface LineProps {
  rule: Rule
  custom: CustomField[]
  onChange(rule: Rule): void
  onRemove(): void
}

function Line({ rule, custom, onChange, onRemove }: LineProps) {
  const { t } = useTranslation('playlists')
  const type = typeOf(rule.field, custom)
  const fields = [
    ...trackFields.map((field) => ({ value: field as string, label: t(`smart.field.${field}`) })),
    ...custom.map(({ key, name }) => ({ value: `custom.${key}`, label: name })),
  ]
  const shown = fields.some(({ value }) => value === rule.field)
    ? fields
    : [...fields, { value: rule.field, label: rule.field }]
  const isDate = type === 'date' || type === 'customDate'
  return (
    <div className={classes.rule}>
      <Select
        size="xs"
        searchable
        aria-label={t('smart.fieldLabel')}
        data={shown}
        value={rule.field}
        allowDeselect={false}
        maxDropdownHeight={320}
        comboboxProps={{ width: 200, position: 'bottom-start' }}
        onChange={(field) => field && onChange(changedRule(rule, { field }, custom, stationNow()))}
      />
      <Select
        size="xs"
        aria-label={t('smart.opLabel')}
        data={operatorsOf[type].map((op) => ({
          value: op,
          label: isDate && (op === 'over' || op === 'under') ? t(`smart.op.${op}Date`) : t(`smart.op.${op}`),
        }))}
        value={rule.op}
        allowDeselect={false}
        maxDropdownHeight={320}
        comboboxProps={{ width: 180, position: 'bottom-start' }}
        onChange={(op) => op && onChange(changedRule(rule, { op: op as Rule['op'] }, custom, stationNow()))}
      />
      <ActionIcon size={26} aria-label={t('smart.removeRule')} onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
      <div className={classes.ruleValue}>
        <RuleValue
          form={formOf(rule.field, type, rule.op)}
          value={rule.value}
          onChange={(value) => onChange({ ...rule, value })}
        />
      </div>
    </div>
  )
}

// The note that fires a cart: typed, or learnt from the controller.
import { Button, Group, NumberInput } from '@mantine/core'
import { IconPiano } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { noteName } from './cart-rules'
import { switchMidiOn, useMidi } from './midi'

export function MidiField({ value, onChange }: { value: number | null; onChange(note: number | null): void }) {
  const { t } = useTranslation('carts')
  const { state, learn } = useMidi()
  const listening = learn !== null
  useEffect(() => () => useMidi.setState({ learn: null }), [])

  async function listen(): Promise<void> {
    if (listening) {
      useMidi.setState({ learn: null })
      return
    }
    if (state !== 'on') await switchMidiOn()
    if (useMidi.getState().state === 'on') useMidi.setState({ learn: onChange })
  }

  return (
    <Group gap="sm" align="flex-end">
      <NumberInput
        style={{ flex: 1 }}
        label={t('midi.note')}
        placeholder={t('midi.noNote')}
        min={0}
        max={127}
        allowDecimal={false}
        value={value ?? ''}
        suffix={value === null ? '' : ` (${noteName(value)})`}
        error={state === 'refused' || state === 'unsupported' ? t(`midi.state.${state}`) : undefined}
        onChange={(note) => onChange(typeof note === 'number' ? note : null)}
      />
      <Button
        leftSection={<IconPiano size={15} />}
        variant={listening ? 'filled' : 'default'}
        aria-pressed={listening}
        onClick={() => void listen()}
      >
        {listening ? t('midi.listening') : t('midi.learn')}
      </Button>
    </Group>
  )
}

// Puts a track on a place of the wall, or changes what is there.
import { type Cart, type CartPage, cartColours, cartModes, cartSlots } from '@contract/carts'
import { Autocomplete, Button, Group, Modal, Select, Stack, Switch, TextInput, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useTopic } from '../../stores'
import { showUndo } from '../../ui'
import classes from './carts.module.css'
import { MidiField } from './midi-field'
import { type ChosenTrack, TrackPicker } from './track-picker'

export interface CartDialogProps {
  page: CartPage
  /** Null is a new one. */
  cart: Cart | null
  slot: number
  onClose(): void
}

type Draft = Pick<Cart, 'slot' | 'label' | 'colour' | 'loop' | 'group' | 'mode' | 'midiNote'>

const plain: Omit<Draft, 'slot'> = { label: '', colour: 'grey', loop: false, group: '', mode: 'over', midiNote: null }

export function CartDialog({ page, cart, slot, onClose }: CartDialogProps) {
  const { t } = useTranslation('carts')
  const { pages } = useTopic('carts')
  const [draft, setDraft] = useState<Draft>({ ...plain, slot, ...(cart && draftOf(cart)) })
  const [track, setTrack] = useState<ChosenTrack | null>(
    cart && { id: cart.trackId, title: cart.title, artist: cart.artist, kind: cart.kind },
  )
  const [tried, setTried] = useState(false)
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const groups = [...new Set(pages.flatMap(({ carts }) => carts.map(({ group }) => group)).filter(Boolean))]
  const [save, asked] = useAction(async (trackId: number) => {
    if (cart) await client.carts.update({ id: cart.id, trackId, ...draft })
    else await client.carts.create({ pageId: page.id, trackId, ...draft })
    onClose()
  })
  const [putBack] = useAction((removed: Cart) =>
    client.carts.create({ pageId: removed.pageId, trackId: removed.trackId, ...draftOf(removed) }),
  )
  const [remove] = useAction(async (removed: Cart) => {
    await client.carts.remove({ id: removed.id })
    onClose()
    showUndo(t('cart.removed', { name: removed.label || removed.title }), () => void putBack(removed))
  })
  const speech = track?.kind === 'speech'
  return (
    <Modal opened size={520} onClose={onClose} title={cart ? t('dialog.change') : t('dialog.add', { key: `F${slot}` })}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (track) void save(track.id)
        }}
      >
        <Stack gap="md">
          <TrackPicker
            track={track}
            error={tried && !track ? t('dialog.trackNeeded') : undefined}
            onChange={setTrack}
          />
          <Group grow gap="md">
            <TextInput
              label={t('dialog.label')}
              placeholder={track?.title ?? ''}
              maxLength={40}
              value={draft.label}
              onChange={(event) => change({ label: event.currentTarget.value })}
            />
            <Select
              label={t('dialog.place')}
              allowDeselect={false}
              data={Array.from({ length: cartSlots }, (_, index) => ({
                value: `${index + 1}`,
                label: `F${index + 1}`,
              }))}
              value={`${draft.slot}`}
              onChange={(value) => change({ slot: Number(value) })}
            />
          </Group>
          <Colours value={draft.colour} onChange={(colour) => change({ colour })} />
          <Group grow gap="md" align="flex-start">
            <Select
              label={t('dialog.mode')}
              allowDeselect={false}
              disabled={speech}
              description={speech ? t('dialog.speechDucks') : undefined}
              data={cartModes.map((mode) => ({ value: mode, label: t(`dialog.modes.${mode}`) }))}
              value={speech ? 'duck' : draft.mode}
              onChange={(value) => change({ mode: value === 'duck' ? 'duck' : 'over' })}
            />
            <Autocomplete
              label={t('dialog.group')}
              placeholder={t('dialog.noGroup')}
              maxLength={40}
              data={groups}
              value={draft.group}
              onChange={(group) => change({ group })}
            />
          </Group>
          <MidiField value={draft.midiNote} onChange={(midiNote) => change({ midiNote })} />
          <Switch
            label={t('dialog.loop')}
            checked={draft.loop}
            onChange={(event) => change({ loop: event.currentTarget.checked })}
          />
          <Group justify="space-between" gap="sm">
            {cart ? (
              <Button variant="subtle" color="red" onClick={() => void remove(cart)}>
                {t('dialog.remove')}
              </Button>
            ) : (
              <span />
            )}
            <Group gap="sm">
              <Button onClick={onClose}>{t('common:action.cancel')}</Button>
              <Button type="submit" variant="filled" loading={asked}>
                {t('common:action.save')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const draftOf = ({ slot, label, colour, loop, group, mode, midiNote }: Cart): Draft => ({
  slot,
  label,
  colour,
  loop,
  group,
  mode,
  midiNote,
})

function Colours({ value, onChange }: { value: Cart['colour']; onChange(colour: Cart['colour']): void }) {
  const { t } = useTranslation('carts')
  const step = (by: number) => {
    const next = cartColours[(cartColours.indexOf(value) + by + cartColours.length) % cartColours.length]!
    onChange(next)
    document.getElementById(`cart-colour-${next}`)?.focus()
  }
  return (
    <div role="radiogroup" aria-label={t('dialog.colour')} className={classes.colours}>
      {cartColours.map((colour) => (
        <UnstyledButton
          key={colour}
          id={`cart-colour-${colour}`}
          role="radio"
          aria-checked={colour === value}
          aria-label={t(`colour.${colour}`)}
          title={t(`colour.${colour}`)}
          tabIndex={colour === value ? 0 : -1}
          className={classes.colour}
          data-colour={colour}
          onClick={() => onChange(colour)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight' || event.key === 'ArrowDown') step(1)
            if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') step(-1)
          }}
        />
      ))}
    </div>
  )
}

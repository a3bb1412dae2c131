// The cart wall: pages of twelve places, fired by click, F1 to F12 or a MIDI controller.
import type { Cart, CartPage } from '@contract/carts'
import { Button, UnstyledButton } from '@mantine/core'
import { IconPlayerStopFilled, IconPlus } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMay, useTopic } from '../../stores'
import { SectionTitle } from '../../ui'
import { stopAllCarts } from './cart-actions'
import { CartDialog } from './cart-dialog'
import { CartGrid } from './cart-grid'
import classes from './carts.module.css'
import { resumeMidi } from './midi'
import { PageDialog } from './page-dialog'
import { useCartKeys } from './use-cart-keys'
import { WallMenu } from './wall-menu'

/** What is being edited: a cart, a free place, a page's name, a page to be made. */
type Editing = { cart: Cart } | { slot: number } | { page: CartPage } | 'new page' | null

export function CartWall() {
  const { t } = useTranslation('carts')
  const { pages, plays } = useTopic('carts')
  const may = useMay()
  const [pageId, setPageId] = useState<number | null>(null)
  const [editMode, setEditMode] = useState(false)
  const [editing, setEditing] = useState<Editing>(null)
  const page = pages.find(({ id }) => id === pageId) ?? pages[0] ?? null
  const [makePage, asked] = useAction(async (name: string) => setPageId((await client.carts.pages.create({ name })).id))
  useCartKeys(page, editMode || editing !== null)
  useEffect(resumeMidi, [])

  return (
    <section className={classes.wall} aria-label={t('title')}>
      <header className={classes.head}>
        <SectionTitle>{t('title')}</SectionTitle>
        <Pages pages={pages} shown={page?.id ?? null} onShow={setPageId} />
        <div className={classes.tools}>
          {plays.length > 0 && may('presenter') ? (
            <Button
              size="compact-sm"
              leftSection={<IconPlayerStopFilled size={13} />}
              onClick={() => void stopAllCarts()}
              title={t('stopAllKey')}
            >
              {t('stopAll')}
            </Button>
          ) : null}
          {editMode ? (
            <Button size="compact-sm" variant="filled" onClick={() => setEditMode(false)}>
              {t('doneEditing')}
            </Button>
          ) : null}
          <WallMenu
            page={page}
            pages={pages}
            onEdit={() => setEditMode(true)}
            onNewPage={() => setEditing('new page')}
            onRename={(renamed) => setEditing({ page: renamed })}
          />
        </div>
      </header>
      {page ? (
        <CartGrid
          page={page}
          plays={plays}
          editing={editMode}
          onEdit={(cart) => setEditing({ cart })}
          onAdd={(slot) => setEditing({ slot })}
        />
      ) : (
        <div className={classes.empty}>
          <p>{t('empty')}</p>
          {may('programmer') ? (
            <Button
              size="xs"
              variant="filled"
              loading={asked}
              leftSection={<IconPlus size={14} />}
              onClick={() => void makePage(t('firstPage'))}
            >
              {t('emptyDo')}
            </Button>
          ) : null}
        </div>
      )}
      {page && editing !== null && editing !== 'new page' && !('page' in editing) ? (
        <CartDialog
          page={page}
          cart={'cart' in editing ? editing.cart : null}
          slot={'cart' in editing ? editing.cart.slot : editing.slot}
          onClose={() => setEditing(null)}
        />
      ) : null}
      {editing === 'new page' || (editing !== null && 'page' in editing) ? (
        <PageDialog
          page={editing === 'new page' ? null : editing.page}
          onMade={setPageId}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </section>
  )
}

function Pages({ pages, shown, onShow }: { pages: CartPage[]; shown: number | null; onShow(id: number): void }) {
  const { t } = useTranslation('carts')
  const step = (id: number, by: number) => {
    const at = pages.findIndex((page) => page.id === id)
    const next = pages[(at + by + pages.length) % pages.length]
    if (!next) return
    onShow(next.id)
    document.getElementById(`cart-page-${next.id}`)?.focus()
  }
  return (
    <div role="tablist" aria-label={t('pages')} className={classes.pages}>
      {pages.map(({ id, name }) => (
        <UnstyledButton
          key={id}
          id={`cart-page-${id}`}
          role="tab"
          aria-selected={id === shown}
          aria-controls="cart-grid"
          tabIndex={id === shown ? 0 : -1}
          className={`${classes.page} ellipsis`}
          onClick={() => onShow(id)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight') step(id, 1)
            if (event.key === 'ArrowLeft') step(id, -1)
          }}
        >
          {name}
        </UnstyledButton>
      ))}
    </div>
  )
}

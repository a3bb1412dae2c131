// Mantine dressed in the studio's tokens, so that its components and ours are one family.
import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  Menu,
  Modal,
  NumberInput,
  PasswordInput,
  Popover,
  Select,
  Switch,
  Table,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'

const teal: MantineColorsTuple = [
  '#e0faf6',
  '#c3f3ec',
  '#97eadf',
  '#5fdfcf',
  '#2dd4bf',
  '#19bfaa',
  '#0f9f8f',
  '#0a7d71',
  '#0a6359',
  '#0f3f3b',
]
const dark: MantineColorsTuple = [
  '#e8edf3',
  '#b9c4d0',
  '#9aa8b8',
  '#8290a1',
  '#304052',
  '#263140',
  '#1a222d',
  '#131922',
  '#0d1117',
  '#080b10',
]
const red: MantineColorsTuple = [
  '#ffe9eb',
  '#ffd0d4',
  '#ffa3ab',
  '#ff7a85',
  '#ff5a69',
  '#ff4757',
  '#e5364a',
  '#d92b3d',
  '#b81b2c',
  '#4a1219',
]

const field = { size: 'sm' }
const floating = { shadow: 'md', radius: 'md', transitionProps: { duration: 100 } }

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  colors: { teal, dark, red },
  autoContrast: true,
  black: '#04211e',
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 6,
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  fontSizes: { xs: '12px', sm: '13px', md: '15px', lg: '20px', xl: '32px' },
  headings: {
    fontFamily: 'var(--sans)',
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.25' },
      h2: { fontSize: '15px', lineHeight: '1.3' },
      h3: { fontSize: '13px', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  variantColorResolver: (input) => {
    // The one dangerous look: dark red, for stop and delete.
    if (input.variant === 'danger') {
      return {
        background: 'var(--red-soft)',
        hover: 'color-mix(in srgb, var(--red-soft) 85%, var(--red))',
        color: 'var(--red-text)',
        border: '1px solid var(--red-line)',
      }
    }
    if (input.variant === 'filled' && (!input.color || input.color === 'teal')) {
      return {
        background: 'var(--accent)',
        hover: 'color-mix(in srgb, var(--accent) 88%, var(--t1))',
        color: 'var(--on-accent)',
        border: '1px solid transparent',
      }
    }
    if (input.variant === 'subtle' || input.variant === 'transparent') {
      const plain = !input.color || input.color === 'gray'
      if (plain) {
        const background = 'transparent'
        return { background, hover: 'var(--s3)', color: 'var(--t2)', border: '1px solid transparent' }
      }
    }
    return defaultVariantColorsResolver(input)
  },
  components: {
    Button: Button.extend({
      defaultProps: { variant: 'default', size: 'sm' },
      styles: { label: { fontWeight: 600, fontSize: 13 } },
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    TextInput: TextInput.extend({ defaultProps: field }),
    PasswordInput: PasswordInput.extend({ defaultProps: field }),
    NumberInput: NumberInput.extend({ defaultProps: field }),
    Textarea: Textarea.extend({ defaultProps: field }),
    Select: Select.extend({ defaultProps: { ...field, allowDeselect: false } }),
    Switch: Switch.extend({ defaultProps: { size: 'sm' } }),
    Menu: Menu.extend({ defaultProps: { ...floating, withInitialFocusPlaceholder: false } }),
    Popover: Popover.extend({ defaultProps: floating }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, transitionProps: { duration: 100 }, withArrow: true } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: 'lg',
        transitionProps: { duration: 120 },
        overlayProps: { opacity: 0.6 },
      },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 10 } }),
  },
})

const shared = {
  '--mantine-color-body': 'var(--s1)',
  '--mantine-color-text': 'var(--t1)',
  '--mantine-color-dimmed': 'var(--t2)',
  '--mantine-color-placeholder': 'var(--t3)',
  '--mantine-color-default': 'var(--s3)',
  '--mantine-color-default-hover': 'color-mix(in srgb, var(--s3) 85%, var(--t1))',
  '--mantine-color-default-color': 'var(--t1)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-error': 'var(--red-text)',
  '--mantine-shadow-md': 'var(--shadow)',
}

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared })

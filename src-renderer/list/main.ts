// The public page of a playlist: its text is written by the station, this only gives it the look of the player.
import '@fontsource-variable/inter/wght.css'
import '../ui/tokens.css'
import './list.css'

const light = matchMedia('(prefers-color-scheme: light)')
const follow = () => {
  document.documentElement.dataset['mantineColorScheme'] = light.matches ? 'light' : 'dark'
}
light.addEventListener('change', follow)
follow()

import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/shell.css';
import { render } from 'preact';
import { keepPages } from './offline/register.ts';
import { App } from './shell/App.tsx';
import { keepToken } from './shell/token.ts';

keepToken();
keepPages();
render(<App />, document.getElementById('studio')!);

import 'uplot/dist/uPlot.min.css';
import './style.css';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Tenant } from '../dashboard/tenant.ts';
import { useAnswer } from './api.ts';
import { SettingsProvider } from './settings.tsx';
import { Shell } from './shell.tsx';
import { signIn } from './sign-in.ts';

function Page() {
  const [isSignedIn, setSignedIn] = useState(false);
  useEffect(() => {
    // Where it can't be found out whether to sign in, the views themselves tell that nobody answers.
    signIn().then(setSignedIn, () => setSignedIn(true));
  }, []);
  const tenant = useAnswer<Tenant>(isSignedIn ? 'tenant' : undefined);
  return (
    <SettingsProvider tenant={tenant.data}>
      <Shell isSignedIn={isSignedIn && (tenant.data !== undefined || tenant.error !== undefined)} />
    </SettingsProvider>
  );
}

const page = document.getElementById('page');
if (page !== null) {
  page.replaceChildren();
  render(<Page />, page);
}

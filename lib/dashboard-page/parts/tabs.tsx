/** Parts of a view of which one is shown; which one is in the address, so each is a link. */
export const Tabs = (props: {
  label: string;
  tabs: readonly { name: string; label: string; href: string }[];
  current: string;
}) => (
  <nav class="tabs" aria-label={props.label}>
    {props.tabs.map(({ name, label, href }) => (
      <a key={name} href={href} aria-current={name === props.current ? 'true' : undefined}>
        {label}
      </a>
    ))}
  </nav>
);

//! Elements for programs that have to be small: Leptos views of one Rust type, whatever their tag and content.
//!
//! `view!` makes a type, and code for it, of every element it is given; for the widget that was 30 kB more to load,
//! compressed. Start at [`el`]; the idiom stands in `docs/decisions/0005-views-by-a-builder.md`.

use leptos::control_flow::{For, ForProps};
use leptos::ev::Custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::directive::directive;
use leptos::tachys::html::element::{self, custom};
use leptos::tachys::html::event::on;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::tachys::html::property::prop;
use leptos::tachys::view::add_attr::AddAnyAttr;
use wasm_bindgen::JsValue;
use web_sys::{Element, Event};

/// An element under construction. One pointer, because it is handed on with every call of a chain.
pub struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// Remembers an element, for its focus and the like: of one type for all tags.
pub type Node = NodeRef<element::Custom<String>>;

/// A row of a list: what it is known by, and how it is made once it comes in.
pub type Row = (String, Box<dyn FnOnce() -> El + Send>);

/// An element without anything.
#[inline(never)]
pub fn el(tag: &'static str) -> El {
    El(Box::new(Parts { tag, attributes: Vec::new(), children: Vec::new() }))
}

/// An element with a class, which most have.
#[inline(never)]
pub fn classed(tag: &'static str, class: &str) -> El {
    el(tag).set("class", class)
}

/// Several pieces without an element around them.
#[inline(never)]
pub fn group() -> El {
    el("")
}

impl El {
    /// An attribute that stays.
    #[inline(never)]
    pub fn set(mut self, name: &'static str, value: &str) -> Self {
        self.0.attributes.push(custom_attribute(name, value.to_owned()).into_any_attr());
        self
    }

    /// An attribute that follows signals.
    pub fn follow(self, name: &'static str, value: impl FnMut() -> String + Send + 'static) -> Self {
        self.follow_boxed(name, Box::new(value))
    }

    #[inline(never)]
    fn follow_boxed(mut self, name: &'static str, value: Box<dyn FnMut() -> String + Send>) -> Self {
        self.0.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// An attribute that follows signals and is absent at times.
    pub fn follow_maybe<T: Into<String>>(
        self,
        name: &'static str,
        mut value: impl FnMut() -> Option<T> + Send + 'static,
    ) -> Self {
        self.follow_maybe_boxed(name, Box::new(move || value().map(Into::into)))
    }

    #[inline(never)]
    fn follow_maybe_boxed(
        mut self,
        name: &'static str,
        value: Box<dyn FnMut() -> Option<String> + Send>,
    ) -> Self {
        self.0.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// A property (`value`, `checked`) that follows signals.
    pub fn prop<T: Into<JsValue>>(
        self,
        name: &'static str,
        mut value: impl FnMut() -> T + Send + 'static,
    ) -> Self {
        self.prop_boxed(name, Box::new(move || value().into()))
    }

    #[inline(never)]
    fn prop_boxed(mut self, name: &'static str, value: Box<dyn FnMut() -> JsValue + Send>) -> Self {
        self.0.attributes.push(prop(name, value).into_any_attr());
        self
    }

    /// What happens at an event.
    pub fn on(self, event: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        self.on_boxed(event, Box::new(act))
    }

    #[inline(never)]
    fn on_boxed(mut self, event: &'static str, act: Box<dyn FnMut(Event)>) -> Self {
        self.0.attributes.push(on(Custom::<Event>::new(event), act).into_any_attr());
        self
    }

    /// Fills `node` once the element exists.
    #[inline(never)]
    pub fn node(self, node: Node) -> Self {
        self.at_birth(Box::new(move |element| NodeRefContainer::load(node, &element)))
    }

    /// A drawing as the first child: SVG, which elements made by name cannot be. `svg` is ours, never a text from
    /// outside.
    #[inline(never)]
    pub fn draw(self, svg: String) -> Self {
        self.at_birth(Box::new(move |element| {
            // The element may be the one of the view before.
            if let Some(old) = element.first_element_child().filter(|first| first.tag_name() == "svg") {
                old.remove();
            }
            let _ = element.insert_adjacent_html("afterbegin", &svg);
        }))
    }

    #[inline(never)]
    fn at_birth(mut self, act: Box<dyn Fn(Element)>) -> Self {
        self.0.attributes.push(directive::<(Element,), (), _>(act, ()).into_any_attr());
        self
    }

    /// A child: an element, a text, several or none.
    pub fn child(mut self, child: impl Piece) -> Self {
        child.put(&mut self);
        self
    }

    /// A child that follows signals; it is drawn again whenever one of them changes.
    pub fn live<P: Piece>(self, child: impl Fn() -> P + Send + 'static) -> Self {
        self.live_boxed(Box::new(move |nest| child().put(nest)))
    }

    #[inline(never)]
    fn live_boxed(mut self, child: Box<dyn Fn(&mut El) + Send>) -> Self {
        let child: Box<dyn FnMut() -> Vec<AnyView> + Send> = Box::new(move || {
            let mut nest = group();
            child(&mut nest);
            nest.0.children
        });
        self.0.children.push(child.into_any());
        self
    }

    /// A child that is there while `is` holds, built anew whenever that begins.
    pub fn live_while<P: Piece>(
        self,
        is: impl Fn() -> bool + Send + Sync + 'static,
        child: impl Fn() -> P + Send + 'static,
    ) -> Self {
        let is = memo(Box::new(is));
        self.live(move || is.get().then(|| untrack(&child)))
    }

    /// Rows that come and go one by one; a row whose key stays is left alone.
    pub fn each(self, rows: impl Fn() -> Vec<Row> + Send + Sync + 'static) -> Self {
        self.each_boxed(Box::new(rows))
    }

    #[inline(never)]
    fn each_boxed(mut self, rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> Self {
        let rows = For(ForProps::builder()
            .each(rows)
            .key(|(key, _): &Row| key.clone())
            .children(|(_, row): Row| row().view())
            .build());
        self.0.children.push(rows.into_any());
        self
    }

    /// The same as a view of Leptos.
    #[inline(never)]
    pub fn view(self) -> AnyView {
        let Parts { tag, attributes, children } = *self.0;
        if tag.is_empty() {
            return children.into_any();
        }
        // In capitals, as an HTML document names its elements: so Leptos knows the same tag again, and what is drawn
        // again keeps its element, and with it the focus.
        custom(tag.to_ascii_uppercase()).child(children).add_any_attr(attributes).into_any()
    }
}

#[inline(never)]
fn memo(is: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<bool> {
    Memo::new(move |_| is())
}

impl IntoRender for El {
    type Output = AnyView;

    /// Inside `view!`.
    fn into_render(self) -> AnyView {
        self.view()
    }
}

/// What may stand in an element.
pub trait Piece {
    /// Puts it there, last.
    fn put(self, into: &mut El);
}

impl Piece for El {
    #[inline(never)]
    fn put(mut self, into: &mut El) {
        if self.0.tag.is_empty() {
            into.0.children.append(&mut self.0.children);
        } else {
            into.0.children.push(self.view());
        }
    }
}

impl Piece for AnyView {
    #[inline(never)]
    fn put(self, into: &mut El) {
        into.0.children.push(self);
    }
}

impl Piece for String {
    #[inline(never)]
    fn put(self, into: &mut El) {
        into.0.children.push(self.into_any());
    }
}

impl Piece for &str {
    #[inline(never)]
    fn put(self, into: &mut El) {
        self.to_owned().put(into);
    }
}

impl<P: Piece> Piece for Vec<P> {
    fn put(self, into: &mut El) {
        for child in self {
            child.put(into);
        }
    }
}

impl<P: Piece> Piece for Option<P> {
    fn put(self, into: &mut El) {
        match self {
            Some(child) => child.put(into),
            // Keeps the place, so that what follows is known again when it is drawn again.
            None => nothing(into),
        }
    }
}

#[inline(never)]
fn nothing(into: &mut El) {
    into.0.children.push(().into_any());
}

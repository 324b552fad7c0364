//! Elements for a program that has to be small: Leptos views of one Rust type, whatever their tag and content.
//!
//! `view!` makes a type, and code for it, of every element it is given; for the widget that was 30 kB more to load,
//! compressed. The console may use `view!`. Start at [`el`].

use leptos::ev::Custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::element::custom;
use leptos::tachys::html::event::on;
use leptos::tachys::view::add_attr::AddAnyAttr;
use web_sys::Event;

/// An element under construction. One pointer, because it is handed on with every call of a chain.
pub struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

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

    /// What happens at an event.
    pub fn on(self, event: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        self.on_boxed(event, Box::new(act))
    }

    #[inline(never)]
    fn on_boxed(mut self, event: &'static str, act: Box<dyn FnMut(Event)>) -> Self {
        self.0.attributes.push(on(Custom::<Event>::new(event), act).into_any_attr());
        self
    }

    /// A child: an element, a text, several or none.
    pub fn child(mut self, child: impl Piece) -> Self {
        child.put(&mut self);
        self
    }

    /// A child that follows signals; it is drawn anew whenever one of them changes.
    pub fn live<P: Piece>(self, child: impl Fn() -> P + Send + 'static) -> Self {
        self.live_boxed(Box::new(move |nest| child().put(nest)))
    }

    #[inline(never)]
    fn live_boxed(mut self, child: Box<dyn Fn(&mut El) + Send>) -> Self {
        let child: Box<dyn FnMut() -> Vec<AnyView> + Send> = Box::new(move || {
            let mut nest = el("");
            child(&mut nest);
            nest.0.children
        });
        self.0.children.push(child.into_any());
        self
    }

    /// The same as a view of Leptos.
    #[inline(never)]
    pub fn view(self) -> AnyView {
        let Parts { tag, attributes, children } = *self.0;
        custom(tag).child(children).add_any_attr(attributes).into_any()
    }
}

/// What may stand in an element.
pub trait Piece {
    /// Puts it there, last.
    fn put(self, into: &mut El);
}

impl Piece for El {
    #[inline(never)]
    fn put(self, into: &mut El) {
        into.0.children.push(self.view());
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
        if let Some(child) = self {
            child.put(into);
        }
    }
}

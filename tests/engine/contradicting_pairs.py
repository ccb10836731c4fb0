"""Invented pairs of articles: such as contradict each other, and such as only seem to."""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    """A question, and two articles (title, Markdown) that both say something to it."""

    question: str
    one: tuple[str, str]
    other: tuple[str, str]
    language: str = "en"


CONTRADICTING = (
    Told(
        "How long do I have to return an item?",
        ("Returns policy", "You can return an item within 30 days of delivery."),
        (
            "Returns FAQ",
            "## How long do I have to return an item?\n\nYou can return an item within 14 days of delivery.",
        ),
    ),
    Told(
        "What is the fee for a replacement card?",
        ("Cards", "## Replacement\n\nA replacement card costs €5."),
        (
            "Price list",
            "| Service | Fee |\n| --- | --- |\n| Replacement card | €8 |\n| Second card | €3 |",
        ),
    ),
    Told(
        "What is the phone number of customer support?",
        ("Contact us", "Call customer support at +34 910 555 111 any day."),
        ("Getting help", "You can call customer support at +34 910 555 999."),
    ),
    Told(
        "When is the support desk open?",
        ("Support desk", "The support desk is open Monday to Friday from 9:00 to 18:00."),
        (
            "How to reach us",
            "## Opening hours\n\nThe support desk is open Monday to Friday from 9:00 to 17:00.",
        ),
    ),
    Told(
        "What is the largest file I can upload?",
        ("Uploading files", "The maximum upload size is 25 MB per file."),
        ("Attachments", "## Limits\n\nThe maximum upload size is 10 MB per file."),
    ),
    Told(
        "How many users can a workspace have?",
        ("Workspaces", "A workspace can have up to 10 users."),
        ("Inviting colleagues", "Invite whom you like. A workspace can have up to 25 users."),
    ),
    Told(
        "How long does a refund take?",
        ("Refunds", "A refund takes 5 working days to arrive on your card."),
        (
            "Cancelling an order",
            "Once cancelled, the refund takes 10 working days to arrive on your card.",
        ),
    ),
    Told(
        "What discount do students get?",
        ("Discounts", "Students get a 20% discount on every course."),
        ("Courses", "## Prices\n\nStudents get a 15% discount on every course."),
    ),
    Told(
        "Until when can I cancel a booking for free?",
        (
            "Changing a booking",
            "A booking can be cancelled free of charge up to 48 hours before arrival.",
        ),
        (
            "Cancellation FAQ",
            "A booking can be cancelled free of charge up to 24 hours before arrival.",
        ),
    ),
    Told(
        "Where do I send a complaint?",
        ("Complaints", "Send your complaint to complaints@example.com with your order number."),
        ("Contact", "Send your complaint to quality@example.com with your order number."),
    ),
    Told(
        "How much does express shipping cost?",
        ("Shipping", "Express shipping costs $12 within the mainland."),
        (
            "Checkout",
            "Choose a service at the checkout. Express shipping costs $15 within the mainland.",
        ),
    ),
    Told(
        "How long is the warranty on a laptop?",
        ("Warranty", "The warranty on a laptop lasts 24 months from the date of purchase."),
        ("Buying a laptop", "The warranty on a laptop lasts 12 months from the date of purchase."),
    ),
    Told(
        "How long is a password reset link valid?",
        ("Resetting your password", "The reset link expires after 24 hours."),
        ("Account security", "## Password\n\nThe reset link expires after 60 minutes."),
    ),
    Told(
        "How many times can I try the exam?",
        ("Exam rules", "You may take the exam 3 times in one year."),
        ("Exam FAQ", "You may take the exam 2 times in one year."),
    ),
    Told(
        "What is the late payment fee?",
        ("Paying late", "The late payment fee is $25."),
        (
            "Fees",
            "| Service | Fee |\n| --- | --- |\n| Late payment | $30 |\n| Paper statement | $2 |",
        ),
    ),
    Told(
        "How early should I arrive for check-in?",
        ("Check-in", "Please arrive at the check-in desk 90 minutes before departure."),
        (
            "Your journey",
            "## Before you leave\n\nPlease arrive at the check-in desk 60 minutes before departure.",
        ),
    ),
    Told(
        "How long are my backups kept?",
        ("Backups", "Daily backups are kept for 30 days."),
        ("Data retention", "Daily backups are kept for 90 days."),
    ),
    Told(
        "By when must I hand in the application?",
        ("Applying", "Applications must be handed in by 31 March."),
        ("Dates", "Applications must be handed in by 15 April."),
    ),
    Told(
        "Can I bring my dog into the hotel room?",
        ("Pets", "Dogs are allowed in the hotel rooms."),
        ("House rules", "Dogs are not allowed in the hotel rooms."),
    ),
    Told(
        "Can gift cards be exchanged for cash?",
        ("Gift cards", "Gift cards can be exchanged for cash in any shop."),
        ("Gift card FAQ", "Gift cards cannot be exchanged for cash in any shop."),
    ),
    Told(
        "How much is the deposit for a bike?",
        ("Renting a bike", "The deposit for a bike is €50, which you get back."),
        ("Rental prices", "The deposit for a bike is €80."),
    ),
    Told(
        "How long does identity verification take?",
        ("Verifying your identity", "Identity verification usually takes 2 days."),
        ("Opening an account", "Identity verification usually takes 5 days."),
    ),
    Told(
        "What time is check-out?",
        ("Leaving", "Check-out is at 11:00 on the day of departure."),
        ("Your stay", "Check-out is at 12:00 on the day of departure."),
    ),
    Told(
        "How long can I return a lamp?",
        ("Returning a lamp", "## Conditions\n\nItems can be returned within 45 days of delivery."),
        ("Lamp FAQ", "## How long can a lamp be returned?\n\nWithin 30 days of delivery."),
    ),
    Told(
        "What is the minimum order value for free delivery?",
        ("Delivery", "Delivery is free for orders over €40."),
        ("Delivery costs", "Delivery is free for orders over €60."),
    ),
    Told(
        "¿Cuántos días tengo para devolver un producto?",
        ("Devoluciones", "Puedes devolver un producto en un plazo de 30 días desde la entrega."),
        (
            "Preguntas sobre devoluciones",
            "Puedes devolver un producto en un plazo de 15 días desde la entrega.",
        ),
        "es",
    ),
    Told(
        "¿Cuánto cuesta el duplicado de la tarjeta?",
        ("Tarjetas", "El duplicado de la tarjeta cuesta 6 €."),
        (
            "Tarifas",
            "| Servicio | Precio |\n| --- | --- |\n| Duplicado de la tarjeta | 9 € |\n| Segunda tarjeta | 3 € |",
        ),
        "es",
    ),
    Told(
        "¿Cuál es el teléfono de atención al cliente?",
        ("Contacto", "El teléfono de atención al cliente es el 900 555 111."),
        ("Ayuda", "El teléfono de atención al cliente es el 900 555 222."),
        "es",
    ),
    Told(
        "¿Cuál es el horario de la oficina?",
        ("Oficina", "La oficina abre de lunes a viernes de 9:00 a 14:00."),
        ("Dónde estamos", "## Horario\n\nLa oficina abre de lunes a viernes de 8:00 a 15:00."),
        "es",
    ),
    Told(
        "¿Cuánto tarda el reembolso?",
        ("Reembolsos", "El reembolso tarda 5 días hábiles en llegar a tu cuenta."),
        ("Cancelar un pedido", "El reembolso tarda 10 días hábiles en llegar a tu cuenta."),
        "es",
    ),
    Told(
        "¿Qué descuento tienen los estudiantes?",
        ("Descuentos", "Los estudiantes tienen un descuento del 20 %."),
        ("Cursos", "## Precios\n\nLos estudiantes tienen un descuento del 15 %."),
        "es",
    ),
    Told(
        "¿Cuál es el tamaño máximo de un archivo?",
        ("Subir archivos", "El tamaño máximo de un archivo es de 25 MB."),
        ("Adjuntos", "El tamaño máximo de un archivo es de 10 MB."),
        "es",
    ),
    Told(
        "¿Se admiten mascotas en las habitaciones?",
        ("Mascotas", "Se admiten mascotas en las habitaciones del hotel."),
        ("Normas", "No se admiten mascotas en las habitaciones del hotel."),
        "es",
    ),
    Told(
        "¿Hasta cuándo se puede presentar la solicitud?",
        ("Solicitudes", "La solicitud se presenta antes del 31 de marzo."),
        ("Fechas", "La solicitud se presenta antes del 15 de abril."),
        "es",
    ),
    Told(
        "¿Cuánto dura la garantía de un portátil?",
        ("Garantía", "La garantía de un portátil dura 3 años desde la compra."),
        ("Comprar un portátil", "La garantía de un portátil dura 2 años desde la compra."),
        "es",
    ),
    Told(
        "How long do you keep my data after I close the account?",
        ("Privacy", "We delete your data 30 days after you close your account."),
        ("Closing your account", "Your data is deleted 60 days after you close your account."),
    ),
    Told(
        "How often can I change my user name?",
        ("Profile", "You can change your user name once every 30 days."),
        ("Profile FAQ", "## How often can I change my user name?\n\nOnce every 60 days."),
    ),
    Told(
        "How many days of holiday do new employees get?",
        ("Holiday policy", "New employees get 22 days of paid holiday per year."),
        ("Joining us", "## Benefits\n\nNew employees receive 25 days of paid holiday a year."),
    ),
)
"""Two articles that give different values of one thing."""

CONSISTENT = (
    Told(
        "How much storage do I get?",
        ("Basic plan", "The plan includes 10 GB of storage for your files."),
        ("Pro plan", "The plan includes 100 GB of storage for your files."),
    ),
    Told(
        "How much storage do I get?",
        ("Plans", "## Basic\n\nThe plan includes 10 GB of storage."),
        ("Upgrading", "## Pro\n\nThe plan includes 100 GB of storage."),
    ),
    Told(
        "How much does delivery cost?",
        ("Delivery to islands", "Delivery of a parcel costs €9."),
        ("Delivery to cities", "Delivery of a parcel costs €4."),
    ),
    Told(
        "How long can I return an item?",
        ("Returns", "Items can be returned within 30 days of delivery."),
        ("Sale", "Reduced items can be returned within 14 days of delivery."),
    ),
    Told(
        "How long can I return an item?",
        ("Returns", "Items can be returned within 30 days of delivery."),
        ("Exceptions", "If an item was opened, items can be returned within 14 days of delivery."),
    ),
    Told(
        "How long does the battery last?",
        ("Phone Nova", "The battery lasts 12 hours on one charge."),
        ("Phone Orla", "The battery lasts 9 hours on one charge."),
    ),
    Told(
        "How long does the battery last on the Nova?",
        ("Nova manual", "The battery lasts 12 hours on one charge."),
        ("Manual of the Orla", "The battery lasts 9 hours on one charge."),
    ),
    Told(
        "What was the contribution limit?",
        ("Limits", "In 2024 the contribution limit was $7,000."),
        ("Earlier limits", "In 2023 the contribution limit was $6,500."),
    ),
    Told(
        "When is the deadline?",
        ("Deadline", "The deadline for applications is 31 March 2026."),
        ("Dates", "The deadline for applications is 2 April 2027."),
    ),
    Told(
        "How long is the trial?",
        ("Trial", "The free trial lasts up to 30 days for new customers."),
        ("Trial FAQ", "The free trial lasts at least 14 days for new customers."),
    ),
    Told(
        "How much does a course cost?",
        ("Courses", "A course starts from €20 per person."),
        ("Groups", "A course costs up to €90 per person."),
    ),
    Told(
        "What is the tax on €100?",
        ("Tax", "For example, on €100 you pay €21 of tax."),
        ("Tax rates", "For example, on €200 you pay €42 of tax."),
    ),
    Told(
        "What does a parcel of 2 kg cost?",
        (
            "Parcels",
            "| Weight | Price |\n| --- | --- |\n| 2 kg parcel | €5 |\n| 5 kg parcel | €8 |",
        ),
        (
            "Parcels abroad",
            "| Weight | Price |\n| --- | --- |\n| 2 kg parcel | €15 |\n| 5 kg parcel | €28 |",
        ),
    ),
    Told(
        "How long does delivery take?",
        ("Standard delivery", "Delivery takes 5 working days."),
        ("Express delivery", "Delivery takes 1 working day."),
    ),
    Told(
        "How long does delivery take?",
        ("Delivery", "Standard delivery takes 5 working days."),
        ("Fast delivery", "Express delivery takes 1 working day."),
    ),
    Told(
        "How long does a refund take?",
        ("Refunds", "Refunds to a card take 5 days."),
        ("Refunds by bank", "Refunds to a bank account take 10 days."),
    ),
    Told(
        "How many devices can I use?",
        ("Devices", "You can use up to 5 devices at home."),
        ("Travelling", "You can use up to 2 devices abroad."),
    ),
    Told(
        "What is the phone number in Spain?",
        ("Phone numbers", "Customers in Spain call +34 910 555 111."),
        ("More phone numbers", "Customers in Ireland call +353 1 555 222."),
    ),
    Told(
        "How long is the warranty?",
        ("Warranty", "The warranty lasts 24 months."),
        ("Warranty in detail", "The warranty lasts 2 years."),
    ),
    Told(
        "How long does delivery take?",
        ("Delivery", "Delivery normally takes 8 to 10 days."),
        ("Delivery FAQ", "Delivery normally takes 10 days."),
    ),
    Told(
        "When does the shop open?",
        ("Opening hours", "On weekdays the shop opens at 9:00."),
        ("Sundays", "On Sundays the shop opens at 11:00."),
    ),
    Told(
        "How much does it cost to change a flight?",
        ("Changes", "Changing a flight costs $50 before check-in."),
        ("Late changes", "Changing a flight costs $120 after check-in."),
    ),
    Told(
        "Can I pay in instalments?",
        ("Paying", "You can pay for a phone in instalments."),
        ("Paying for accessories", "You cannot pay for accessories in instalments."),
    ),
    Told(
        "Can I cancel?",
        ("Cancelling", "You can cancel an order before it is shipped."),
        ("Cancelling late", "You cannot cancel an order after it is shipped."),
    ),
    Told(
        "What is the minimum age?",
        ("Driving", "You must be at least 21 years old to rent a car."),
        ("Vans", "You must be at least 25 years old to rent a van."),
    ),
    Told(
        "¿Cuánto tarda el envío?",
        ("Envío estándar", "El envío tarda 5 días."),
        ("Envío urgente", "El envío tarda 1 día."),
        "es",
    ),
    Told(
        "¿Cuánto cuesta el envío?",
        ("Envíos a la península", "El envío cuesta 4 €."),
        ("Envíos a las islas", "El envío cuesta 9 €."),
        "es",
    ),
    Told(
        "¿Cuántos días tengo para devolver un producto?",
        ("Devoluciones", "Un producto se devuelve en un plazo de 30 días."),
        ("Rebajas", "Un producto rebajado se devuelve en un plazo de 15 días."),
        "es",
    ),
    Told(
        "¿Cuántos dispositivos puedo usar?",
        ("Plan básico", "Puedes usar hasta 2 dispositivos a la vez."),
        ("Plan familiar", "Puedes usar hasta 6 dispositivos a la vez."),
        "es",
    ),
    Told(
        "¿Cuál era el límite?",
        ("Límites", "En 2024 el límite de aportación era de 1.500 €."),
        ("Límites anteriores", "En 2022 el límite de aportación era de 2.000 €."),
        "es",
    ),
    Told(
        "How much memory does the app need?",
        ("Installing on Windows", "The app needs 4 GB of memory."),
        ("Installing on Android", "The app needs 2 GB of memory."),
    ),
    Told(
        "How do I hold the button?",
        ("Restarting", "Press and hold the power button for 10 seconds to restart."),
        ("Pairing", "Press and hold the power button for 3 seconds to pair."),
    ),
    Told(
        "How long do I have to pay?",
        ("Paying", "Business customers pay within 30 days."),
        ("Payment terms", "Private customers pay within 14 days."),
    ),
    Told(
        "How much is a ticket?",
        ("Tickets", "A ticket for adults costs €12."),
        ("Children", "A ticket for children costs €6."),
    ),
    Told(
        "How much is an adult ticket?",
        ("Tickets", "A ticket for adults costs €12 and one for children €6."),
        ("Evening", "A ticket for adults costs €8 after 18:00."),
    ),
)
"""Two articles with different values of two things, or one value said in two ways."""

REWORDED = (
    Told(
        "How long do I have to send a purchase back?",
        ("Sending things back", "Returns are accepted within 28 days of purchase."),
        (
            "Shop FAQ",
            "## Can I return a purchase?\n\nYes, purchases may be returned within 14 days.",
        ),
    ),
    Told(
        "How much is a monthly pass?",
        ("Passes", "A monthly pass is €45."),
        ("Fares", "The price of the monthly pass is €49."),
    ),
    Told(
        "How long is the visitor code valid?",
        ("Visitors", "The visitor code is valid for 12 hours."),
        ("Reception", "Each visitor code works for 24 hours."),
    ),
    Told(
        "How many books can I borrow?",
        ("Borrowing", "Members may borrow 6 books at a time."),
        ("Library rules", "## Loans\n\nUp to 8 books can be borrowed at the same time."),
    ),
    Told(
        "When does the pool close?",
        ("Pool", "The pool closes at 21:00."),
        ("Sports centre", "The pool closes at 22:00 every day."),
    ),
    Told(
        "What is the interest rate on the savings account?",
        ("Savings account", "The interest rate is 2.5% a year."),
        ("Our accounts", "## Savings account\n\nThe interest rate is 3% a year."),
    ),
    Told(
        "What is the number of the emergency line?",
        ("Emergencies", "Ring the emergency line on 0800 555 100."),
        ("Breakdowns", "The number of the emergency line is 0800 555 200."),
    ),
    Told(
        "How long do you store recordings?",
        ("Recordings", "Call recordings are stored for 6 months."),
        ("What we store", "We store call recordings for 12 months."),
    ),
    Told(
        "Can I transfer my ticket to another person?",
        ("Tickets", "Tickets can be transferred to another person."),
        ("Ticket terms", "Tickets are personal and cannot be transferred to another person."),
    ),
    Told(
        "¿Cuánto cuesta el abono mensual?",
        ("Abonos", "El abono mensual cuesta 45 €."),
        ("Precios", "El precio del abono mensual es de 49 €."),
        "es",
    ),
    Told(
        "¿Cuántos libros puedo llevarme?",
        ("Préstamo", "Se pueden llevar prestados 6 libros a la vez."),
        ("Normas de la biblioteca", "Puedes llevarte prestados hasta 8 libros a la vez."),
        "es",
    ),
    Told(
        "¿A qué hora cierra la piscina?",
        ("Piscina", "La piscina cierra a las 21:00."),
        ("Instalaciones", "La piscina cierra a las 22:00 todos los días."),
        "es",
    ),
)
"""One fact with two values, said in two ways: some of these are too far apart to be told."""

CLOSE = (
    Told(
        "How much is a pass?",
        ("Passes", "A monthly pass is €45."),
        ("Yearly passes", "A yearly pass is €450."),
    ),
    Told(
        "When does the pool close?",
        ("Pool", "The pool closes at 21:00 on weekdays."),
        ("Pool in summer", "The pool closes at 22:00 in July."),
    ),
    Told(
        "How much is the interest rate?",
        ("Savings account", "The interest rate is 2.5% a year."),
        ("Loans", "The interest rate is 7% a year."),
    ),
    Told(
        "How long is the guarantee on batteries?",
        ("Guarantee", "The guarantee on tools lasts 36 months."),
        ("Batteries", "The guarantee on batteries lasts 12 months."),
    ),
    Told(
        "How many guests can I bring?",
        ("Guests", "Gold members can bring 3 guests."),
        ("Silver", "Silver members can bring 1 guest and pay for 2 more guests."),
    ),
    Told(
        "How long does the transfer take?",
        ("Transfers", "A transfer within Europe takes 1 working day."),
        ("Transfers abroad", "A transfer to America takes 4 working days."),
    ),
    Told(
        "What is the fine?",
        ("Fines", "The fine for a late book is €0.20 per day."),
        ("Lost books", "The fine for a lost book is €20."),
    ),
    Told(
        "How long can I park?",
        ("Parking", "Visitors can park for 2 hours on level one."),
        ("Residents", "Residents can park for 24 hours on level two."),
    ),
    Told(
        "How long do I have to appeal?",
        ("Appeals", "An appeal must be made within 30 days of the decision."),
        ("Decisions", "A decision on an appeal is made within 60 days."),
    ),
    Told(
        "Can I take photographs?",
        ("Photographs", "You can take photographs in the garden."),
        ("Exhibitions", "You cannot take photographs in the exhibitions."),
    ),
    Told(
        "¿Cuánto tarda una transferencia?",
        ("Transferencias", "Una transferencia en euros tarda 1 día hábil."),
        ("Otras divisas", "Una transferencia en dólares tarda 4 días hábiles."),
        "es",
    ),
    Told(
        "¿Puedo hacer fotos?",
        ("Fotos", "Se pueden hacer fotos en el jardín."),
        ("Exposiciones", "No se pueden hacer fotos en las exposiciones."),
        "es",
    ),
)
"""More pairs that only seem to contradict each other."""
